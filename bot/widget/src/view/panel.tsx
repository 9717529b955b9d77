// The panel: head, what must stay in sight, the talk, and the field to write in.

import type { ComponentChildren, JSX, RefObject } from "preact";
import { useMemo, useState } from "preact/hooks";

import { pinnedAlert, presence } from "../derived";
import type { State } from "../state";
import { fill } from "../strings";
import { transcript, save } from "../transcript";
import { Announcer } from "./announcer";
import { Composer } from "./composer";
import { useDesk } from "./desk";
import { Cross } from "./icons";
import { useLate } from "./late";
import { Log } from "./log";
import { Menu } from "./menu";
import { Alert } from "./payloads/alert";
import { PhoneCard } from "./phone";

const NOTICEABLE = 1200; // milliseconds

interface Props {
  state: State;
  name: string;
  clinic: string;
  modal: boolean;
  panel: RefObject<HTMLElement | null>;
  title: RefObject<HTMLHeadingElement | null>;
  field: RefObject<HTMLTextAreaElement | null>;
  close(): void;
  children: ComponentChildren;
}

export function Panel({ state, name, clinic, modal, panel, title, field, close, children }: Props): JSX.Element {
  const [onPhone, setOnPhone] = useState(false);
  return (
    <section
      class="panel"
      part="panel"
      id="panel"
      role="dialog"
      aria-modal={modal ? "true" : "false"}
      aria-labelledby="title"
      aria-describedby="disclaimer"
      ref={panel}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) close();
      }}
    >
      <div class="head" part="header">
        <div class="head-name">
          <h2 id="title" tabIndex={-1} ref={title}>
            {name}
          </h2>
          <Subtitle state={state} clinic={clinic} />
        </div>
        <Options state={state} name={name} goOn={() => setOnPhone(true)} />
        <CloseButton close={close} />
      </div>
      <Disclaimer />
      <Pinned state={state} leave={() => field.current?.focus()} />
      <Notice state={state} />
      <Announcer lines={state.lines} />
      {onPhone ? (
        <PhoneCard
          leave={() => {
            setOnPhone(false);
            field.current?.focus();
          }}
        />
      ) : (
        <Log state={state}>{children}</Log>
      )}
      <Typing on={state.typing} />
      <Composer field={field} />
    </section>
  );
}

function CloseButton({ close }: { close(): void }): JSX.Element {
  const { strings } = useDesk();
  return (
    <button type="button" id="close" class="icon-button" aria-label={strings.close} onClick={close}>
      <Cross />
    </button>
  );
}

/** The clinic's name, or who of its people is here. */
function Subtitle({ state, clinic }: { state: State; clinic: string }): JSX.Element {
  const { strings } = useDesk();
  const { status, staff } = presence(state.lines);
  const told =
    status === "connected" ? (staff ? fill(strings.isHere, { name: staff }) : strings.connected)
    : status === "requested" ? strings.requested
    : "";
  return (
    <p class={`subtitle ${told ? status : ""}`} role="status">
      {told && <span class="dot" aria-hidden="true" />}
      {told || clinic}
    </p>
  );
}

interface OptionsProps {
  state: State;
  name: string;
  goOn(): void;
}

function Options({ state, name, goOn }: OptionsProps): JSX.Element {
  const { strings, say, print, locale } = useDesk();
  const title = fill(strings.talkTitle, { name });
  const text = () => transcript(state.lines, strings, locale);
  const talk = [
    { label: strings.saveText, act: () => save(`${strings.fileName}.txt`, `${title}\n\n${text()}\n`) },
    { label: strings.printAll, act: () => print({ title, text: text() }) },
  ];
  return (
    <Menu
      entries={[
        ...(state.lines.length ? talk : []),
        ...(state.phone ? [{ label: strings.phone, act: goOn }] : []),
        { label: strings.startOver, act: () => say(strings.sayStartOver) },
        { label: strings.deleteData, act: () => say(strings.sayDelete) },
      ]}
    />
  );
}

/** What this is and is not; the number in it can be called. */
function Disclaimer(): JSX.Element {
  const { strings } = useDesk();
  const [before, number, after] = strings.disclaimer.split(/\b(911|112|999|988)\b/);
  return (
    <p class="disclaimer" id="disclaimer" part="disclaimer">
      {before}
      {number && <a href={`tel:${number}`}>{number}</a>}
      {after}
    </p>
  );
}

/** An emergency or a crisis stays on top until the patient puts it away. */
function Pinned({ state, leave }: { state: State; leave(): void }): JSX.Element {
  const { strings, hideAlert } = useDesk();
  const line = useMemo(() => pinnedAlert(state, Date.now() / 1000), [state.lines, state.hiddenAlert]);
  const hide = (time: number) => {
    leave();
    hideAlert(time);
  };
  return (
    <div class="pinned" id="pinned" role="alert">
      {line?.payload && (
        <Alert payload={line.payload}>
          <button type="button" class="hide" onClick={() => hide(line.time)}>
            {strings.hide}
          </button>
        </Alert>
      )}
    </div>
  );
}

function Notice({ state }: { state: State }): JSX.Element {
  const { line } = state;
  const { strings } = useDesk();
  return (
    <p class="notice" id="notice" role="status">
      {line === "connecting" ? <Connecting /> : line === "idle" || line === "online" ? "" : strings[line]}
    </p>
  );
}

/** The first connection is worth a word only if it takes noticeably long. */
function Connecting(): JSX.Element {
  const { strings } = useDesk();
  return <>{useLate(NOTICEABLE) ? strings.connecting : ""}</>;
}

function Typing({ on }: { on: boolean }): JSX.Element {
  const { strings } = useDesk();
  return (
    <div class="typing" id="typing" role="status" hidden={!on}>
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {on && <span class="unseen">{strings.typing}</span>}
    </div>
  );
}
