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
    const found = await axe.run(document, {
      runOnly: { type: "tag", values: tags }, resultTypes: ["violations"],
      rules: Object.fromEntries(without.map(rule => [rule, { enabled: false }])),
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

  function widenText() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
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

  function hiddenFocus(inForcedColours) {
    const found = [];
    const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    for (const one of document.querySelectorAll(focusable)) {
      if (!isShown(one) || one.disabled || one.tabIndex < 0) continue;
      document.activeElement.blur();
      const before = looksOf(one);
      one.focus({ preventScroll: true, focusVisible: true });
      if (document.activeElement !== one) found.push(`${named(one)} takes no focus`);
      else if (inForcedColours ? !isOutlined(one) : looksOf(one) === before) {
        found.push(`${named(one)} does not show its focus`);
      }
    }
    document.activeElement.blur();
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

  window.sahutLooks = {
    axeViolations, cutParts, widenText, smallTargets, hiddenFocus, vanishedParts, movingParts,
  };
})();
