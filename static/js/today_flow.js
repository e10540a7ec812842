// The questions of one session, one after another, as views/today.py asks them: built from the templates of the page,
// answered into an entry that is kept on the phone from the first key on.

export const ORDER = { true: ["times", "outcome", "how", "check"], false: ["absence", "how", "check"] };
const TITLES = {
  times: "When did they work?",
  outcome: "How did it go?",
  absence: "Why did they not attend?",
  how: "Quality, behaviour and notes",
  check: "Check your answers",
  conflict: "Somebody else recorded this",
};

export const titleOf = (step, said) => (step === "how" && !said.attended ? "Notes" : TITLES[step]);

// A small way to build elements: make("p", {class: "govuk-body"}, "text", another).
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

// The form of a step, filled with what is answered so far. `changed` hears every key, `done` the pressed button.
export function formOf(root, step, answers, list, { button, changed, done, asked = [] }) {
  const template = root.querySelector(`template[data-form="${step === "absence" ? "outcome" : step}"]`);
  const form = make("form", { novalidate: true }, template.content.cloneNode(true));
  if (step === "outcome" || step === "absence") offerOutcomes(form, list, answers.attended, titleOf(step, answers));
  if (step === "how" && !answers.attended) for (const each of parts(form, "graded")) each.remove();
  if (step === "check") for (const name of ["late_reason", "record_beyond"]) if (!asked.includes(name)) part(form, name).remove();
  for (const field of form.elements) fill(field, answers);
  if (step === "conflict") {
    const reveal = () => (part(form, "reason").hidden = form.elements.choice.value !== "mine");
    form.addEventListener("change", reveal);
    reveal();
  }
  form.append(make("div", { class: "govuk-button-group" }, make("button", { class: "govuk-button" }, button)));
  form.addEventListener("input", () => changed(readFrom(form)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    done(readFrom(form), form);
  });
  return form;
}

const parts = (form, name) => form.querySelectorAll(`[data-today="${name}"]`);
const part = (form, name) => parts(form, name)[0];

function offerOutcomes(form, list, attended, legend) {
  form.querySelector("legend").textContent = legend;
  const radios = part(form, "outcomes");
  for (const { code, label, hint } of list.outcomes.filter((outcome) => outcome.attended === attended)) {
    const id = `outcome_${code}`;
    const described = hint ? { "aria-describedby": `${id}-hint` } : {};
    radios.append(
      make(
        "div",
        { class: "govuk-radios__item" },
        make("input", { class: "govuk-radios__input", type: "radio", name: "outcome", id, value: code, ...described }),
        make("label", { class: "govuk-label govuk-radios__label", for: id }, label),
        hint && make("div", { class: "govuk-hint govuk-radios__hint", id: `${id}-hint` }, hint),
      ),
    );
  }
}

function fill(field, answers) {
  if (!(field.name in answers)) return;
  if (field.type === "radio") field.checked = field.value === answers[field.name];
  else if (field.type === "checkbox") field.checked = Boolean(answers[field.name]);
  else field.value = answers[field.name];
}

function readFrom(form) {
  const read = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") read[field.name] = field.checked;
    else if (field.type !== "radio") read[field.name] = field.value;
    else if (field.checked) read[field.name] = field.value;
  }
  return read;
}

// What is missing or cannot be, as far as a phone can tell: [[field, sentence]]. The rules are the server's.
export function faultsOf(step, read) {
  const faults = [];
  if (step === "times") {
    const [start, end] = [clock(read.starts_at), clock(read.ends_at)];
    if (!start) faults.push(["starts_at", "Enter the time at which it started, like 09:00"]);
    if (!end) faults.push(["ends_at", "Enter the time at which it ended, like 12:00"]);
    if (start && end && end <= start) faults.push(["ends_at", `The end, ${end}, must be after the start, ${start}.`]);
    for (const [name, what] of [["break_minutes", "Breaks"], ["penalty_minutes", "Penalty"]])
      if (!/^\d{0,3}$/.test(read[name].trim())) faults.push([name, `${what} must be a number of minutes, like 15`]);
    const most = start && end ? minutesOf(end) - minutesOf(start) : 0;
    const off = Number(read.break_minutes) + Number(read.penalty_minutes);
    if (!faults.length && off > most)
      faults.push(["break_minutes", `Breaks and penalty of ${off} minutes are more than the ${most} minutes of the session.`]);
  }
  if ((step === "outcome" || step === "absence") && !read.outcome) faults.push(["outcome", "Select what happened"]);
  if (step === "check" && "late_reason" in read && !read.late_reason.trim())
    faults.push(["late_reason", "Enter why it is recorded late"]);
  if (step === "conflict" && !read.choice) faults.push(["choice", "Select which is right"]);
  if (step === "conflict" && read.choice === "mine" && !read.reason.trim())
    faults.push(["reason", "Enter why it is corrected"]);
  return faults;
}

const minutesOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

// 9, 930, 9.30 and 09:30 are times; anything else is "".
export function clock(text) {
  const found = /^(\d{1,2})(?:[:.]?(\d{2}))?$/.exec((text ?? "").trim());
  if (!found || Number(found[1]) > 23 || Number(found[2] ?? 0) > 59) return "";
  return `${found[1].padStart(2, "0")}:${found[2] ?? "00"}`;
}

// Errors as the design system shows them: a summary that leads to the fields, and each beside its field.
export function showFaults(form, faults) {
  for (const old of form.querySelectorAll(".govuk-error-message, .govuk-error-summary")) old.remove();
  for (const name of ["govuk-form-group--error", "govuk-input--error"])
    for (const old of form.querySelectorAll(`.${name}`)) old.classList.remove(name);
  const items = faults.map(([name, sentence]) => {
    const field = form.elements[name]?.[0] ?? form.elements[name];
    const group = field.closest(".govuk-form-group");
    const said = make("p", { class: "govuk-error-message", id: `${name}-error` }, make("span", { class: "govuk-visually-hidden" }, "Error: "), sentence);
    group.classList.add("govuk-form-group--error");
    field.classList.toggle("govuk-input--error", field.classList.contains("govuk-input"));
    const before = group.querySelector(".govuk-radios, .govuk-checkboxes, .govuk-input__wrapper, input, select, textarea");
    before.before(said);
    (group.querySelector("fieldset") ?? field).setAttribute("aria-describedby", said.id);
    const lead = (event) => {
      event.preventDefault();
      field.focus();
    };
    return make("li", {}, make("a", { href: `#${field.id}`, click: lead }, sentence));
  });
  if (!items.length) return;
  const title = make("h2", { class: "govuk-error-summary__title" }, "There is a problem");
  const body = make("div", { class: "govuk-error-summary__body" }, make("ul", { class: "govuk-list govuk-error-summary__list" }, ...items));
  const summary = make("div", { class: "govuk-error-summary", tabindex: "-1" }, make("div", { role: "alert" }, title, body));
  form.prepend(summary);
  document.title = `Error: ${document.title.replace(/^Error: /, "")}`;
  summary.focus();
}

// What an entry says, as rows: [what, how it reads, the question it answers].
export function factsOf(answers, list, grades) {
  const outcome = list.outcomes.find(({ code }) => code === answers.outcome)?.label ?? answers.outcome ?? "";
  const grade = (code) => grades.get(code ?? "") ?? "Not given";
  const minutes = (text) => `${Number(text) || 0} minutes`;
  const times = [
    ["Time", `${answers.starts_at} to ${answers.ends_at}`, "times"],
    ["Breaks", minutes(answers.break_minutes), "times"],
    ["Penalty", minutes(answers.penalty_minutes), "times"],
  ];
  const graded = [
    ["Quality of the work", grade(answers.quality), "how"],
    ["Behaviour", grade(answers.behaviour), "how"],
  ];
  return [
    ["What happened", outcome, answers.attended ? "outcome" : "absence"],
    ...(answers.attended ? [...times, ...graded] : []),
    ["Notes", answers.notes || "None", "how"],
  ];
}

// What the API takes of the answers. The times have no zone: they are those of the clock on the wall.
export function bodyOf(answers, session) {
  const { attended } = answers;
  const at = (text) => `${session.on}T${text}`;
  return {
    version: session.version,
    starts_at: at(attended ? clock(answers.starts_at) : session.starts),
    ends_at: at(attended ? clock(answers.ends_at) : session.ends),
    outcome: answers.outcome,
    break_minutes: attended ? Number(answers.break_minutes) || 0 : 0,
    penalty_minutes: attended ? Number(answers.penalty_minutes) || 0 : 0,
    quality: attended ? (answers.quality ?? "") : "",
    behaviour: attended ? (answers.behaviour ?? "") : "",
    notes: answers.notes ?? "",
    late_reason: answers.late_reason ?? "",
    record_beyond: Boolean(answers.record_beyond),
    ...(answers.reason ? { reason: answers.reason } : {}),
  };
}
