"""Conditions in patients' own words, and what must come of them (test_own_words.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Fitted(NamedTuple):
    """A situation told in ordinary words, and the records that it adds to the checklist."""

    told: str
    records: frozenset[str]


class Seen(NamedTuple):
    """A condition in a patient's words, and a kind of specialist who must be named for it.

    Attributes:
        told: what the patient says.
        title: a word of the specialist's title.
        code: the NUCC taxonomy code that goes with it.
    """

    told: str
    title: str
    code: str


def _fitted(told: str, records: str) -> Fitted:
    return Fitted(told, frozenset(records.split()))


FAMILIES: Mapping[str, Fitted] = {
    "cancer": _fitted(
        "The biopsy says it is bowel cancer",
        "pathology_slides biomarkers staging tumor_markers family_history",
    ),
    "blood cancer": _fitted(
        "they told me I've got multiple myeloma",
        "bone_marrow blood_counts pathology_slides staging",
    ),
    "lung": _fitted(
        "I was told I have scarring of the lungs, pulmonary fibrosis",
        "pulmonary_function chest_ct oxygen_walk bronchoscopy",
    ),
    "heart": _fitted(
        "my cardiologist found a leaky mitral valve", "ecg echo cath stress_test discharge_summary"
    ),
    "brain and nerves": _fitted(
        "The neurologist thinks it's Parkinson's", "brain_mri eeg nerve_tests symptom_diary"
    ),
    "joints and bones": _fitted(
        "my hip is worn out, arthritis they say", "joint_xray joint_mri physical_therapy injections"
    ),
    "back": _fitted(
        "I have a slipped disc in my lower back", "brain_mri nerve_tests physical_therapy"
    ),
    "kidneys": _fitted(
        "I was diagnosed with stage 3 kidney disease", "kidney_labs urine_tests kidney_biopsy"
    ),
    "prostate": _fitted(
        "The urologist says it's prostate cancer",
        "psa_history prostate_biopsy_map pathology_slides",
    ),
    "gut": _fitted("They say I have Crohn's", "endoscopy stool_tests symptom_diary"),
    "liver": _fitted("I've been told I have cirrhosis", "liver_tests liver_imaging endoscopy"),
    "hormones": _fitted("I was told I have Graves disease", "hormone_labs thyroid_ultrasound"),
    "diabetes": _fitted("I've had type 2 diabetes since the spring", "glucose_log hormone_labs"),
    "immune system": _fitted("My rheumatologist calls it lupus", "antibody_tests"),
    "eyes": _fitted("I have been diagnosed with glaucoma", "eye_scans visual_field"),
    "ears": _fitted("they say it is Meniere's disease", "audiogram ent_scope"),
    "women": _fitted("My gynecologist says I have endometriosis", "pap_hpv pelvic_ultrasound"),
    "breast": _fitted("They found breast cancer on my mammogram", "mammogram biomarkers staging"),
    "skin": _fitted("I have been diagnosed with psoriasis", "skin_photos skin_biopsy"),
    "mind": _fitted("I was diagnosed bipolar", "past_mental_medicines therapy_records"),
    "sleep": _fitted("the doctor says I've got sleep apnea", "sleep_study"),
    "genes": _fitted("The tests came back as Marfan syndrome", "gene_test family_history"),
}
"""What is told, by family of conditions, and records that the family adds."""

CONDITIONS: tuple[Seen, ...] = (
    Seen("They found a shadow on my left lung. What kind of doctor looks into that?",
         "lung", "207RP1001X"),
    Seen("i got copd, who is the right dr for it", "lung", "207RP1001X"),
    Seen("I have lung cancer. Which doctor would give me another opinion?",
         "cancer doctor", "207RX0202X"),
    Seen("It's breast cancer. What sort of specialist do I want?", "Breast surgeon", "208600000X"),
    Seen("My prostate cancer is back, which expert should look at it?",
         "Urologic oncologist", "208800000X"),
    Seen("they say ovarian cancer, who do i see", "Gynecologic", "207VX0201X"),
    Seen("I have CLL, the slow leukemia. Who treats that?", "Hematologist", "207RH0003X"),
    Seen("Which doctor knows about non-Hodgkin lymphoma?", "Hematologist", "207RH0003X"),
    Seen("I've got a brain tumor, a glioblastoma. Whose opinion counts there?",
         "Neuro", "207T00000X"),
    Seen("the mole was melanoma, what type of doctor now", "skin doctor", "207N00000X"),
    Seen("My heart is failing, they call it congestive heart failure. Who else can look?",
         "Heart failure", "207RA0001X"),
    Seen("I've got a-fib. Is there a special doctor for that?", "Heart rhythm", "207RC0001X"),
    Seen("They want to do a triple bypass. What kind of surgeon would check that?",
         "Heart and chest surgeon", "208G00000X"),
    Seen("I have a bulge in my belly aorta, an aneurysm. Who deals with those?",
         "Vascular", "2086S0129X"),
    Seen("Mini strokes, that's what I had. Which specialist for another view?",
         "Stroke", "2084V0102X"),
    Seen("Doctors say MS, the multiple sclerosis. Who is the expert for it?",
         "MS specialist", "2084N0400X"),
    Seen("I have Parkinson's, which doctor knows it best?", "Movement", "2084N0400X"),
    Seen("my seizures were called epilepsy, who should check that", "Epilepsy", "2084E0001X"),
    Seen("They say my dad has Alzheimer's. What type of doctor confirms it?",
         "Memory", "2084B0040X"),
    Seen("ALS was the word they used, Lou Gehrig's disease. Which doctor is it for?",
         "Nerve and muscle", "2084N0008X"),
    Seen("Migraines ruin my life, is there a doctor just for those?", "Headache", "2084N0400X"),
    Seen("I have a herniated disc. What kind of specialist gives a second view on it?",
         "Spine surgeon", "207XS0117X"),
    Seen("They want to give me a new knee. Who could tell me if that's right?",
         "Hip and knee", "207XS0114X"),
    Seen("torn rotator cuff in my shoulder, who to ask", "rthopedic", "207X00000X"),
    Seen("I broke my ankle badly in the fall, which surgeon should look at it again?",
         "surgeon", "207XX0801X"),
    Seen("My rheumatoid arthritis gets worse, whom should I consult?",
         "Rheumatologist", "207RR0500X"),
    Seen("lupus. who is the doctor for that", "Rheumatologist", "207RR0500X"),
    Seen("I suffer from Crohn's disease, which specialist is best?",
         "Gastroenterologist", "207RG0100X"),
    Seen("They told me my liver is scarred, cirrhosis. Which doctor should I see?",
         "Hepatologist", "207RI0008X"),
    Seen("I have gallstones and they want it out. Who gives a second opinion about that?",
         "General surgeon", "208600000X"),
    Seen("My kidneys are failing, who's the specialist?", "Nephrologist", "207RN0300X"),
    Seen("I keep getting kidney stones. Which kind of doctor?", "Urologist", "208800000X"),
    Seen("I have an overactive thyroid. Which doctor knows about that?",
         "Endocrinologist", "207RE0101X"),
    Seen("type 1 diabetes, which specialist", "Endocrinologist", "207RE0101X"),
    Seen("They say I need a hysterectomy because of fibroids, who else could look at it?",
         "Gynecologist", "207VG0400X"),
    Seen("macular degeneration is what I have, who is best for that?", "Retina", "207WX0107X"),
    Seen("I was told I have glaucoma, what doctor do I go to?", "Glaucoma", "207WX0009X"),
    Seen("My hearing is going and they say acoustic neuroma. Which doctor?",
         "Ear", "207YX0901X"),
    Seen("I have psoriasis all over, what doctor should I ask?", "Dermatologist", "207N00000X"),
    Seen("They want to take my thyroid out because of a nodule. Which surgeon do I ask?",
         "Endocrine surgeon", "208600000X"),
    Seen("My scan showed a spot on the pancreas. Who is the right person to see?",
         "pancreas", "2086X0206X"),
    Seen("The doctor says severe depression. Who can give me another opinion?",
         "Psychiatrist", "2084P0800X"),
    Seen("sleep apnea, what doctor handles that", "Sleep", "207RS0012X"),
    Seen("I have blood in my urine and no one knows why. What kind of doctor is that for?",
         "Urologist", "208800000X"),
)  # fmt: skip

CHILDREN: tuple[Seen, ...] = (
    Seen("My daughter is 6 and has leukemia. Which doctor should she see?",
         "Children's cancer", "2080P0207X"),
    Seen("Our son has epilepsy, he is nine. Which specialist is for him?",
         "Children's brain", "2084N0402X"),
    Seen("my little boy has a hole in his heart, who should look at it",
         "Children's heart", "2080P0202X"),
    Seen("My toddler has asthma. What kind of doctor would give another opinion?",
         "Children's lung", "2080P0214X"),
)  # fmt: skip

OWN_WORDS: tuple[str, ...] = (
    *(fitted.told for fitted in FAMILIES.values()),
    *(seen.told for seen in (*CONDITIONS, *CHILDREN)),
)
