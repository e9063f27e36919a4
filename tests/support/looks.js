// What tests/support/looks.py asks of a page; each function gives plain sentences, one a finding.
(() => {
  const named = one => {
    const of = one.id ? `#${one.id}` : one.classList.length ? `.${[...one.classList].join(".")}` : "";
    return `${one.localName}${of} "${(one.textContent || one.value || "").trim().slice(0, 30)}"`;
  };
  const isShown = one => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // What only those hear who don't see it is drawn within a single pixel.
  const isForOthers = one => {
    for (let around = one; around !== document.body; around = around.parentElement) {
      if (around.clientWidth <= 1 && around.clientHeight <= 1 && getComputedStyle(around).position === "absolute") {
        return true;
      }
    }
    return one.closest(".govuk-skip-link") !== null;
  };

  async function axeViolations({ tags, without }) {
    // Seen from the top: a part that is scrolled away below another counts as hard to hit.
    scrollTo(0, 0);
    const found = await axe.run(document, {
      runOnly: { type: "tag", values: tags }, rules: Object.fromEntries(without.map(rule => [rule, { enabled: false }])),
      resultTypes: ["violations"], elementRef: false,
    });
    return found.violations.flatMap(rule => rule.nodes.map(node => {
      const why = node.failureSummary.split("\n").slice(1, 3).join(" ").trim();
      return `${rule.id}: ${node.target.join(" ")} (${why})`;
    }));
  }

  function cutParts(width) {
    const found = [], beyond = [];
    const page = document.documentElement;
    if (page.scrollWidth > width) found.push(`the page is ${page.scrollWidth} px wide`);
    for (const one of document.body.querySelectorAll("*")) {
      if (!isShown(one) || one.ownerSVGElement || isForOthers(one)) continue;
      const box = one.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) continue;
      if (box.right > width + 1) beyond.push({ one, right: Math.round(box.right) });
      // What is typed scrolls within its field.
      if (one.matches("input, textarea, select")) continue;
      const isText = one.childElementCount === 0 && one.scrollWidth > one.clientWidth + 1;
      if (isText && getComputedStyle(one).display !== "inline") found.push(`${named(one)} runs out of its box`);
      const style = getComputedStyle(one);
      const clips = ["hidden", "clip"].includes(style.overflowX) || style.textOverflow === "ellipsis";
      if (clips && one.scrollWidth > one.clientWidth + 1) found.push(`${named(one)} is cut off at its side`);
      const hides = ["hidden", "clip"].includes(style.overflowY);
      if (hides && one.scrollHeight > one.clientHeight + 1) found.push(`${named(one)} is cut off below`);
    }
    // Those that stick out furthest are what the others were stretched by.
    beyond.sort((a, b) => b.right - a.right);
    return [...found, ...beyond.slice(0, 3).map(({ one, right }) => `${named(one)} ends at ${right} px`)];
  }

  // The same with the reader's own spacing of text (WCAG 2.2, 1.4.12).
  function cutPartsWhenWidened(width) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
    const found = cutParts(width);
    document.adoptedStyleSheets = [];
    return found;
  }

  function smallTargets(smallest) {
    const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
    const found = [];
    for (const one of document.querySelectorAll(targets)) {
      if (!isShown(one) || isForOthers(one)) continue;
      const box = one.getBoundingClientRect();
      if (Math.min(box.width, box.height) >= smallest) continue;
      // A link within a sentence is as high as its line: the rule's own exception.
      const isInline = getComputedStyle(one).display === "inline"
        && [...one.parentElement.childNodes].some(near => near.nodeType === 3 && near.textContent.trim());
      if (isInline) continue;
      found.push(`${named(one)} is only ${Math.round(box.width)} by ${Math.round(box.height)} px`);
    }
    return found;
  }

  // A choice shows its focus on the box that its label draws.
  const stylesOf = one => {
    const label = one.labels?.[0];
    return [getComputedStyle(one), ...(label ? [getComputedStyle(label, "::before")] : [])];
  };
  const outlineOf = style => style.outlineStyle === "none" || /, 0\)$|transparent/.test(style.outlineColor)
    ? 0 : parseFloat(style.outlineWidth);
  const looksOf = one => stylesOf(one).map(style =>
    [outlineOf(style), style.boxShadow, style.backgroundColor, style.borderColor].join("|")).join(" ");
  const isOutlined = one => stylesOf(one).some(style => outlineOf(style) >= 2);

  // Of parts that stand in the same place of the page's structure, with the same classes, one is enough.
  const placeOf = one => one.parentElement
    ? `${placeOf(one.parentElement)}>${one.localName}.${one.className}[${one.type}]` : "";

  function hiddenFocus(inForcedColours) {
    const found = [], held = document.activeElement, places = new Set();
    const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    for (const one of document.querySelectorAll(focusable)) {
      if (!isShown(one) || one.disabled || one.tabIndex < 0) continue;
      const place = placeOf(one);
      if (places.has(place)) continue;
      places.add(place);
      document.activeElement.blur();
      const before = looksOf(one);
      one.focus({ preventScroll: true, focusVisible: true });
      if (document.activeElement !== one) found.push(`${named(one)} takes no focus`);
      else if (inForcedColours ? !isOutlined(one) : looksOf(one) === before) {
        found.push(`${named(one)} does not show its focus`);
      }
    }
    document.activeElement.blur();
    if (held !== document.body) held.focus({ preventScroll: true });
    return found;
  }

  // What says a state by its ground must keep an edge where the reader's own colours replace all grounds.
  function vanishedParts(selector) {
    return [...document.querySelectorAll(selector)].filter(isShown).filter(one => {
      const style = getComputedStyle(one);
      return !["Top", "Right", "Bottom", "Left"].some(side => parseFloat(style[`border${side}Width`]) >= 1);
    }).map(one => `${named(one)} has no edge`);
  }

  function movingParts() {
    const lasts = text => text.split(",").some(part => parseFloat(part) > 0.01);
    return [...document.querySelectorAll("html, body, body *")].filter(one => {
      const style = getComputedStyle(one);
      return lasts(style.transitionDuration) || lasts(style.animationDuration)
        || style.scrollBehavior === "smooth";
    }).map(one => `${named(one)} moves`);
  }

  // Tells pages apart that a reader's eye or ear would, whatever they say: elements, classes, attributes. Of
  // neighbours that are alike in all of these, as the rows of a table or the entries of a list, three stand for
  // any more.
  const OF_ONE_PAGE = /^(id|for|href|value|name|action|content|src|d|data-.*|aria-(describedby|labelledby|controls))$/;
  const MOST_ALIKE = 3;
  function sumOf(signs) {
    let one = 0x811c9dc5, other = 0x9dc5811c;
    for (let at = 0; at < signs.length; at += 1) {
      one = Math.imul(one ^ signs.charCodeAt(at), 0x01000193);
      other = Math.imul(other ^ signs.charCodeAt(at), 0x01000193) ^ (one >>> 15);
    }
    return `${one}${other}`;
  }
  function shapeOf(one) {
    const said = [...one.attributes].map(({ name, value }) => OF_ONE_PAGE.test(name) ? name : `${name}=${value}`);
    const speaks = [...one.childNodes].some(inside => inside.nodeType === 3 && inside.textContent.trim());
    const within = [];
    let alike = 0;
    for (const child of one.children) {
      const shape = shapeOf(child);
      alike = shape === within.at(-1) ? alike + 1 : 1;
      if (alike <= MOST_ALIKE) within.push(shape);
    }
    return sumOf(`${one.localName} ${said.sort()} ${speaks} ${within}`);
  }
  function shape() {
    return `-${innerWidth}-${shapeOf(document.documentElement)}`;
  }

  // The body of the same page in another language takes the place of this one's, until `speakAsBefore`.
  let before = null, spoken = null;
  async function speak({ language, sent }) {
    const address = new URL(location.href);
    address.searchParams.set("lang", language);
    const answer = await fetch(address, sent
      ? { method: "POST", body: sent.body, headers: { "Content-Type": sent.kind } } : undefined);
    const other = new DOMParser().parseFromString(await answer.text(), "text/html");
    before = document.body;
    spoken = document.documentElement.lang;
    document.documentElement.lang = other.documentElement.lang;
    other.body.className = before.className;
    document.body = document.adoptNode(other.body);
    return [answer.status, other.documentElement.lang];
  }
  function speakAsBefore() {
    document.body = before;
    document.documentElement.lang = spoken;
  }

  async function answers(questions) {
    const found = [];
    for (const [name, argument] of questions) found.push(await window.sahutLooks[name](argument));
    return found;
  }

  window.sahutLooks = {
    answers, axeViolations, cutParts, cutPartsWhenWidened, smallTargets, hiddenFocus, vanishedParts, movingParts,
    shape, speak, speakAsBefore,
  };
})();
