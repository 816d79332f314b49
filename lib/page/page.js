// SPDX-License-Identifier: Apache-2.0
//
// Steps through stories. Everything to see is in the page's own data: for each step what was answered and why, and which elements of the
// picture are others than in the step before. A step redraws these alone.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // What goes in one run as in the first is there once.
  for (const { runs } of data.stories) {
    for (const run of runs.slice(1)) for (const each of ["steps", "scenes"]) run[each] = run[each].map((one, n) => one || runs[0][each][n]);
  }
  const at = (id) => document.getElementById(id);
  const svgName = "http://www.w3.org/2000/svg";

  const make = (tag, attributes, ...inside) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...inside);
    return node;
  };
  const draw = (tag, attributes) => {
    const node = document.createElementNS(svgName, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };

  // ------------------------------------------------------------------------------------------------------- the picture

  // An element is [key, layer, look, words, shapes]; its place is apart, as most that moves stays as it is otherwise.
  const layers = ["panel", "row", "arrow"];
  const isArrow = (element) => layers[element[1]] === "arrow";

  // All scenes of a run from their differences: what stays the same is the same object in each.
  const scenesOf = (deltas) => {
    const scenes = [];
    let parts = new Map();
    for (const delta of deltas) {
      parts = new Map(parts);
      for (const key of delta.gone || []) parts.delete(key);
      for (const [place, element] of delta.set || []) parts.set(element[0], { place, element });
      for (const [way, keys] of delta.moved || []) {
        for (const key of keys) {
          const { place, element } = parts.get(key);
          parts.set(key, { place: place.map((v, n) => v + (way[n] || 0)), element });
        }
      }
      scenes.push({ width: delta.width, height: delta.height, parts, changed: new Set(delta.changed || []) });
    }
    return scenes;
  };

  const shapeOf = (shape) => {
    if (shape[0] === "b") {
      const [, look, x, y, width, height] = shape;
      return draw("rect", { class: look, x, y, width, height });
    }
    const [, look, x, y, text, width] = shape;
    const node = draw("text", { class: look, x, y });
    if (width !== undefined) {
      node.setAttribute("textLength", width);
      node.setAttribute("lengthAdjust", "spacingAndGlyphs");
    }
    node.textContent = text;
    return node;
  };

  // The paths of an arrow along its route, as lib/draw/arrow_paths.cpp has them: its beginning, its line, its end.
  const leadsNowhere = (route) => route.length === 3;
  const pathsAlong = (route) => {
    const corners = [[route[0], route[1]]];
    route.slice(2).forEach((v, n) => corners.push(n % 2 === 0 ? [v, corners[n][1]] : [corners[n][0], v]));
    const towards = (from, to) => {
      const by = Math.min(6, Math.floor((Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1])) / 2));
      return from.map((v, n) => v + Math.sign(to[n] - v) * by).join(" ");
    };
    const [first, last] = [corners[0], corners[corners.length - 1]];
    let line = "M" + first.join(" ");
    for (let n = 1; n + 1 < corners.length; n++) {
      line += "L" + towards(corners[n], corners[n - 1]) + "Q" + corners[n].join(" ") + " " + towards(corners[n], corners[n + 1]);
    }
    line += "L" + last.join(" ");
    const begin = "M" + (first[0] - 3) + " " + first[1] + "a3 3 0 1 0 6 0a3 3 0 1 0 -6 0";
    const back = last[0] > corners[corners.length - 2][0] ? -8 : 8;
    const end = leadsNowhere(route) ? "M" + (last[0] - 4) + " " + (last[1] - 4) + "l8 8m0 -8l-8 8" : "M" + last.join(" ") + "l" + back + " -4v8z";
    return [begin, line, end];
  };

  const wordsOf = (element) => element[3] || element[4].filter((s) => s[0] === "t").map((s) => s[4]).join(" ");

  class Picture {
    // Of one size for all steps: another would have the browser lay out every text again.
    constructor(scenes) {
      const width = Math.max(...scenes.map((s) => s.width));
      const height = Math.max(...scenes.map((s) => s.height));
      this.svg = draw("svg", { class: "ovl", role: "img", viewBox: "0 0 " + width + " " + height });
      // As wide as its pane, but never so small that its letters are.
      this.svg.style.maxWidth = width + "px";
      this.svg.style.minWidth = Math.round(width * 0.72) + "px";
      this.layers = layers.map((name) => this.svg.appendChild(draw("g", { class: name + "s" })));
      this.shown = new Map();  // key -> {node, place, element}
      this.changed = new Set();
      this.svg.addEventListener("pointerover", (event) => this.point(event.target.closest(".row, .arrow")));
    }

    show(scene, label) {
      this.svg.setAttribute("aria-label", label);
      for (const [key, old] of this.shown) {
        const part = scene.parts.get(key);
        if (part && part.element === old.element) continue;
        old.node.remove();
        this.shown.delete(key);
      }
      for (const [key, part] of scene.parts) {
        let now = this.shown.get(key);
        if (!now) {
          now = { node: this.build(part), element: part.element };
          this.shown.set(key, now);
        }
        if (now.place === part.place) continue;
        now.place = part.place;
        this.put(now.node, part);
      }
      for (const key of this.changed) {
        if (!scene.changed.has(key) && this.shown.has(key)) this.shown.get(key).node.classList.remove("changed");
      }
      for (const key of scene.changed) this.shown.get(key).node.classList.add("changed");
      this.changed = scene.changed;
    }

    build({ element, place }) {
      const group = draw("g", { class: element[2] });
      group.dataset.key = element[0];
      const title = draw("title", {});
      title.textContent = wordsOf(element);
      group.append(title, ...element[4].map(shapeOf));
      if (isArrow(element)) group.append(...["end", "line", leadsNowhere(place) ? "cross" : "end"].map((look) => draw("path", { class: look })));
      this.layers[element[1]].append(group);
      return group;
    }

    put(node, { element, place }) {
      if (isArrow(element)) {
        const paths = node.querySelectorAll("path");
        pathsAlong(place).forEach((d, n) => paths[n].setAttribute("d", d));
      }
      node.setAttribute("transform", isArrow(element) ? "translate(0 0)" : "translate(" + place.join(" ") + ")");
    }

    // The arrow of what is pointed at stands out.
    point(node) {
      for (const old of this.svg.querySelectorAll(".near")) old.classList.remove("near");
      if (!node) return;
      const key = node.classList.contains("arrow") ? Number(node.dataset.key) : this.arrows.get(Number(node.dataset.key));
      const arrow = this.shown.get(key);
      if (arrow) arrow.node.classList.add("near");
    }

    firstChanged() {
      for (const key of this.changed) {
        const part = this.shown.get(key);
        if (part.node.classList.contains("row")) return part.node;
      }
      return null;
    }
  }

  // --------------------------------------------------------------------------------------------------- the explanation

  const sentence = (words) => (words.endsWith(".") ? words : words + ".");

  const listOf = (heading, facts, verbose) => {
    const shown = facts.filter((f) => verbose || f.notable);
    if (shown.length === 0) return [];
    const items = shown.map((f) => {
      const item = make("li", f.notable ? {} : { class: "minor" }, f.words);
      if (f.rule && verbose) item.append(" [" + f.rule + "]");
      return item;
    });
    return [make("h4", {}, heading), make("ul", {}, ...items)];
  };

  const explain = (run, number, verbose, differs) => {
    const step = run.steps[number];
    const answer = make("p", { class: "answer" + (differs ? " differs" : "") }, "-> ");
    answer.append(make("span", { class: "status" + (step.status === "ok" ? "" : " errno") }, step.status));
    for (const [name, value, told] of step.fields) {
      answer.append(" ", make("span", { class: "field", "data-name": name, "data-value": value }, name + "=" + (told || value)));
    }
    if (differs) answer.append(" (the other answers otherwise)");
    const all = [make("h3", { class: "mono" }, step.command), answer];
    for (const line of step.log || []) all.push(make("p", { class: "log" }, line));
    for (const f of step.failed || []) all.push(make("p", { class: "failed" }, "Failed: expected " + f[0] + ", got " + f[1]));
    const of = (kind) => step.facts.map((n) => storyAt().facts[n]).filter((f) => f.kind === kind);
    // The first of a step is what was asked, which goes without saying but where all is said.
    all.push(...listOf("Asked", of("call"), verbose), ...listOf("Decided", of("decided"), verbose), ...listOf("Looked up", of("lookup"), verbose),
             ...listOf("Changed", of("change"), verbose || of("change").every((f) => !f.notable)));
    for (const finding of run.findings.filter((f) => f.step === number)) {
      const box = make("section", { class: "finding" }, make("h4", {}, "Found: " + finding.claim));
      box.append(make("ol", {}, ...finding.premises.map((p) => make("li", {}, sentence(p)))),
                 make("p", {}, make("strong", {}, "Therefore: "), sentence(finding.therefore)));
      all.push(box);
    }
    return all;
  };

  // -------------------------------------------------------------------------------------------------------- the story

  const state = { story: -1, step: -1, views: [] };

  const storyAt = () => data.stories[state.story];
  const findingsOf = (story) => [...new Set(story.runs.flatMap((run) => run.findings.map((f) => f.step)))].sort((a, b) => a - b);

  // A button that is no use now stays where the keyboard has it: who steps to the end with Forward has not lost the place.
  const setUsable = (id, usable) => at(id).setAttribute("aria-disabled", String(!usable));

  const setStory = (number) => {
    state.story = number;
    state.step = -1;
    const story = storyAt();
    at("stories").value = String(number);
    if (data.stories.length > 1) at("story-title").textContent = story.name;
    const steps = story.runs[0].steps.length;
    at("slider").max = String(steps);
    const findings = findingsOf(story);
    setUsable("finding", findings.length > 0);
    at("finding").textContent = findings.length > 1 ? "Next finding" : findings.length === 1 ? "Finding" : "No finding";
    at("difference").hidden = story.runs.length < 2;
    setUsable("difference", story.differs.length > 0);
    at("difference").textContent = story.differs.length === 0 ? "No difference" : "First difference";
    showLines(story, findings);
    at("runs").replaceChildren();
    at("runs").classList.toggle("two", story.runs.length > 1);
    state.views = story.runs.map((run) => {
      const scenes = scenesOf(run.scenes);
      const picture = new Picture(scenes);
      picture.arrows = new Map(run.arrows);
      // Both may have to be scrolled, which without a mouse takes a focus.
      const region = (look, name) => make("div", { class: look, role: "region", tabindex: "0", "aria-label": name + " under " + run.name });
      const [figure, why] = [region("picture", "Picture"), region("why", "Explanation")];
      figure.append(picture.svg);
      at("runs").append(make("article", { class: "run" }, make("h2", {}, run.name), figure, why));
      return { run, picture, figure, why, scenes };
    });
    // Two pictures of one story are scrolled as one.
    for (const view of state.views) {
      view.figure.addEventListener("scroll", () => {
        for (const other of state.views) {
          if (other === view) continue;
          other.figure.scrollLeft = view.figure.scrollLeft;
          other.figure.scrollTop = view.figure.scrollTop;
        }
      });
    }
  };

  // A line may be broken at a hyphen, and an arrow is none.
  const wholeArrow = (text) => text.split(/(->)/).map((part) => (part === "->" ? make("span", { class: "whole" }, part) : part));

  const showLines = (story, findings) => {
    const failed = new Set(story.runs.flatMap((run) => run.steps.flatMap((s, n) => (s.failed ? [n] : []))));
    at("lines").replaceChildren(...story.lines.map((line) => {
      if (line.step === undefined) return make("li", {}, ...(line.text ? [make("p", {}, line.text)] : []));
      const words = make("span", failed.has(line.step) ? { class: "failed" } : {}, ...wholeArrow(line.text));
      if (story.differs[0] === line.step) words.append(make("span", { class: "tag" }, "first difference"));
      else if (story.differs.includes(line.step)) words.append(make("span", { class: "tag" }, "differs"));
      if (findings.includes(line.step)) words.append(make("span", { class: "tag" }, "finding"));
      const button = make("button", { type: "button" }, make("span", { class: "number" }, String(line.number)), words);
      button.addEventListener("click", () => go(state.story, line.step));
      button.dataset.step = line.step;
      return make("li", {}, button);
    }));
    state.buttons = new Map([...at("lines").querySelectorAll("button")].map((b) => [Number(b.dataset.step), b]));
  };

  const hashOf = () => (data.stories.length > 1 ? "#story-" + (state.story + 1) + "-step-" : "#step-") + (state.step + 1);

  const explainAll = () => {
    for (const view of state.views) {
      const differs = storyAt().differs.includes(state.step);
      view.why.replaceChildren(...explain(view.run, state.step, at("verbose").checked, differs));
      view.why.scrollTop = 0;
    }
  };

  const go = (story, step) => {
    if (story !== state.story) setStory(story);
    const steps = storyAt().runs[0].steps;
    step = Math.max(0, Math.min(steps.length - 1, step));
    if (step === state.step) return;
    const old = state.buttons.get(state.step);
    if (old) old.removeAttribute("aria-current");
    state.step = step;
    const button = state.buttons.get(step);
    button.setAttribute("aria-current", "step");
    reveal(at("story"), button);
    for (const view of state.views) {
      const words = "Picture after step " + (step + 1) + ", " + steps[step].command + ", under " + view.run.name;
      view.picture.show(view.scenes[step], words);
      const changed = view.picture.firstChanged();
      if (changed) reveal(view.figure, changed);
    }
    explainAll();
    at("slider").value = String(step + 1);
    at("slider").setAttribute("aria-valuetext", "Step " + (step + 1) + ": " + steps[step].command);
    at("where").textContent = "Step " + (step + 1) + " of " + steps.length;
    for (const id of ["first", "back"]) setUsable(id, step > 0);
    for (const id of ["last", "forward"]) setUsable(id, step < steps.length - 1);
    at("said").textContent = storyAt().runs.map((run) => (storyAt().runs.length > 1 ? run.name + ": " : "") + run.steps[step].command + ", " + run.steps[step].status).join("; ");
    if (location.hash !== hashOf() && state.started) history.replaceState(null, "", hashOf());
  };

  // Within its pane only: the page itself stays where it is.
  const reveal = (pane, node) => {
    const outer = pane.getBoundingClientRect();
    const inner = node.getBoundingClientRect();
    if (inner.top < outer.top + 40) pane.scrollTop += inner.top - outer.top - 80;
    else if (inner.bottom > outer.bottom - 40) pane.scrollTop += inner.bottom - outer.bottom + 80;
    if (inner.left < outer.left) pane.scrollLeft += inner.left - outer.left - 20;
    else if (inner.right > outer.right) pane.scrollLeft += inner.right - outer.right + 20;
  };

  // All of them, as they are scrolled as one.
  const moveSideways = (direction) => state.views[0].figure.scrollBy({ left: direction * 120 });

  const nextFinding = () => {
    const findings = findingsOf(storyAt());
    if (findings.length === 0) return;
    const later = findings.find((step) => step > state.step);
    go(state.story, later === undefined ? findings[0] : later);
  };
  const firstDifference = () => {
    if (storyAt().differs.length > 0) go(state.story, storyAt().differs[0]);
  };

  const fromHash = () => {
    const match = /^#(?:story-(\d+)-)?step-(\d+)$/.exec(location.hash);
    const story = match && match[1] ? Math.min(data.stories.length, Math.max(1, Number(match[1]))) - 1 : 0;
    // The address of a part of a lesson's text leads there, and leaves the story as it is.
    if (match || !state.started) go(story, match ? Number(match[2]) - 1 : 0);
  };

  data.stories.forEach((story, number) => at("stories").append(make("option", { value: String(number) }, story.name)));
  at("choose").hidden = data.stories.length < 2;
  at("stories").addEventListener("change", () => go(Number(at("stories").value), 0));
  at("first").addEventListener("click", () => go(state.story, 0));
  at("back").addEventListener("click", () => go(state.story, state.step - 1));
  at("forward").addEventListener("click", () => go(state.story, state.step + 1));
  at("last").addEventListener("click", () => go(state.story, Infinity));
  at("slider").addEventListener("input", () => go(state.story, Number(at("slider").value) - 1));
  at("finding").addEventListener("click", nextFinding);
  at("difference").addEventListener("click", firstDifference);
  at("verbose").addEventListener("change", explainAll);
  window.addEventListener("hashchange", fromHash);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input[type=range], select")) return;
    const sideways = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.shiftKey && sideways) {
      event.preventDefault();
      moveSideways(sideways);
      return;
    }
    const inApp = event.target.closest("#app") !== null || !document.body.classList.contains("course");
    const keys = {
      ArrowRight: () => go(state.story, state.step + 1),
      ArrowLeft: () => go(state.story, state.step - 1),
      Home: () => go(state.story, 0),
      End: () => go(state.story, Infinity),
      f: nextFinding,
      d: firstDifference,
    };
    // Beside a text these two are for scrolling.
    if (!keys[event.key] || (!inApp && (event.key === "Home" || event.key === "End"))) return;
    event.preventDefault();
    keys[event.key]();
  });
  fromHash();
  state.started = true;
})();
