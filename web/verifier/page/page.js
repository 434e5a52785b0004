"use strict";
(() => {
	const words = JSON.parse(document.getElementById("words").textContent);
	const by = (id) => document.getElementById(id);
	const buttons = [...document.querySelectorAll(".tongues button")];
	const fields = { proof: by("proof"), keyfile: by("keyfile"), policy: by("policy") };
	let language = "en";
	let asked = null; // what was last checked, to say it again in another language
	let state = "loading"; // of the program; empty: it runs
	const missing = { proof: false, key: false };

	const say = (id) => words[language][id];

	// speak puts the page in a language.
	function speak(tag) {
		language = tag;
		document.documentElement.lang = tag;
		document.documentElement.dir = tag === "ar" ? "rtl" : "ltr";
		document.title = say("title");
		for (const e of document.querySelectorAll("[data-say]")) e.textContent = say(e.dataset.say);
		for (const e of document.querySelectorAll("[data-label]")) e.setAttribute("aria-label", say(e.dataset.label));
		for (const b of buttons) b.lang === tag ? b.setAttribute("aria-current", "true") : b.removeAttribute("aria-current");
		complain();
		tell();
		if (asked) show(JSON.parse(asked()));
	}

	// tell says how far the program is.
	function tell() {
		by("check").disabled = state !== "";
		by("state").textContent = state === "" ? "" : say(state) + (state === "failed" ? " rogatory verify FILE --vkey KEY" : "");
	}

	// complain says what is missing, beside where it is.
	function complain() {
		for (const id of ["proof", "key"]) {
			const e = by(id + "-error");
			e.hidden = !missing[id];
			e.textContent = missing[id] ? say("missing." + id) : "";
			by(id).setAttribute("aria-invalid", String(missing[id]));
		}
	}

	// plain shows signs that cannot be seen, and would change what can.
	const plain = (s) => s.replace(/[\p{Cc}\p{Cf}]/gu, (c) => "<U+" + c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + ">");

	function add(parent, tag, text, name) {
		const e = document.createElement(tag);
		if (text !== undefined) e.textContent = text;
		if (name) e.className = name;
		parent.append(e);
		return e;
	}

	function facts(parent, list) {
		const dl = add(parent, "dl");
		for (const f of list) {
			add(dl, "dt", f.label);
			const dd = add(dl, "dd");
			if (f.quoted) add(dd, "bdi", plain(f.value), "quoted");
			else dd.textContent = f.value;
		}
	}

	// show puts what is said into the page. Nothing of it is ever markup.
	function show(text) {
		const result = by("result");
		result.replaceChildren();
		result.hidden = false;
		const verdict = add(result, "div", undefined, "verdict " + (text.holds ? text.standing : "refused"));
		const title = add(verdict, "h2", text.title);
		title.id = "verdict";
		title.tabIndex = -1;
		for (const p of text.lead) add(verdict, "p", p);
		for (const s of text.sections) {
			const section = add(result, "section");
			section.dataset.name = s.name;
			add(section, "h2", s.title);
			const short = s.blocks.every((b) => !b.title && !b.facts && !b.after) && s.blocks.length > 1;
			const list = short ? add(section, "ul") : section;
			for (const b of s.blocks) {
				if (short) {
					add(list, "li", plain(b.text.join(" ")));
					continue;
				}
				const box = b.facts ? add(section, "div", undefined, "thing") : section;
				if (b.title) add(box, "h3", b.title);
				for (const p of b.text || []) add(box, "p", plain(p));
				if (b.facts) facts(box, b.facts);
				for (const p of b.after || []) add(box, "p", p, "after");
			}
		}
		const print = add(add(result, "p", undefined, "row"), "button", say("print"), "second");
		print.type = "button";
		print.addEventListener("click", () => window.print());
		by("says").textContent = text.title;
	}

	const bytes = async (file) => new Uint8Array(await file.arrayBuffer());

	// question reads what was chosen, and nothing that is too large to be it.
	async function question() {
		const [proof, keyfile, policy] = [fields.proof.files[0], fields.keyfile.files[0], fields.policy.files[0]];
		const typed = by("key").value.trim();
		if (proof.size > rogatory.maxProof) return () => rogatory.refuse("long", proof.size, language);
		if (!typed && keyfile.size > rogatory.maxSmall) return () => rogatory.refuse("key", keyfile.size, language);
		if (policy && policy.size > rogatory.maxSmall) return () => rogatory.refuse("policy", policy.size, language);
		const p = await bytes(proof);
		const k = typed ? new TextEncoder().encode(typed) : await bytes(keyfile);
		const w = policy ? await bytes(policy) : new Uint8Array();
		return () => rogatory.verify(p, k, w, language);
	}

	by("form").addEventListener("submit", async (e) => {
		e.preventDefault();
		missing.proof = fields.proof.files.length === 0;
		missing.key = by("key").value.trim() === "" && fields.keyfile.files.length === 0;
		complain();
		if (missing.proof || missing.key) {
			asked = null;
			by("result").hidden = true;
			by("says").textContent = say("missing");
			by(missing.proof ? "proof" : "key").focus();
			return;
		}
		asked = await question();
		show(JSON.parse(asked()));
		by("verdict").focus();
	});

	// What is dropped goes to the field it is dropped on, and nowhere else.
	for (const event of ["dragover", "drop"]) document.addEventListener(event, (e) => e.preventDefault());
	for (const field of document.querySelectorAll("[data-drop]")) {
		field.addEventListener("dragover", () => field.classList.add("over"));
		field.addEventListener("dragleave", () => field.classList.remove("over"));
		field.addEventListener("drop", (e) => {
			field.classList.remove("over");
			if (e.dataTransfer.files.length === 1) fields[field.dataset.drop].files = e.dataTransfer.files;
		});
	}

	for (const b of buttons) b.addEventListener("click", () => speak(b.lang));

	// begin starts the program that the page holds.
	async function begin() {
		const packed = Uint8Array.from(atob(by("program").textContent), (c) => c.charCodeAt(0));
		const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
		const go = new Go();
		const { instance } = await WebAssembly.instantiate(await new Response(stream).arrayBuffer(), go.importObject);
		go.run(instance);
		by("program").remove();
		state = "";
		tell();
	}

	by("all").hidden = false;
	const wanted = [location.hash.slice(1), ...navigator.languages].map((tag) => tag.toLowerCase().split("-")[0]);
	speak(wanted.find((tag) => words[tag]) || "en");
	begin().catch((e) => {
		console.error(e);
		state = "failed";
		tell();
	});
})();
