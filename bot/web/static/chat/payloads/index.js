// One drawing for each kind of structured message. What cannot be drawn is shown as its plain text.

import { el, words } from "../dom.js";
import { paragraphs } from "../text.js";
import { drawAlert } from "./alert.js";
import { drawAssessment } from "./assessment.js";
import { drawChecklist } from "./checklist.js";
import { drawComparison } from "./comparison.js";
import { drawDocument } from "./document.js";
import { drawHandoff } from "./handoff.js";
import { drawPlan } from "./plan.js";
import { drawQuestions } from "./questions.js";
import { drawSpecialists } from "./specialists.js";

const DRAWINGS = {
  alert: drawAlert,
  assessment: drawAssessment,
  checklist: drawChecklist,
  comparison: drawComparison,
  document: drawDocument,
  handoff: drawHandoff,
  plan: drawPlan,
  questions: drawQuestions,
  specialists: drawSpecialists,
};

/** Returns the card of a structured message, or null if there is nothing to show. */
export function drawPayload(payload, acts) {
  if (!payload || typeof payload !== "object") return null;
  try {
    if (Object.hasOwn(DRAWINGS, payload.kind)) return DRAWINGS[payload.kind](payload, acts);
  } catch (error) {
    console.error(`A ${payload.kind} could not be drawn.`, error);
  }
  const text = words(payload.text);
  return text ? el("div", { class: "card" }, ...paragraphs(text)) : null;
}
