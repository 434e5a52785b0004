// What the pages do with passkeys. A button says in data-do whether it uses one (get)
// or makes one (create), and in data-then where to go afterwards.
"use strict";

const ceremonies = {
	get: {
		path: "/login/passkey/",
		asks: () => ({}),
		options(json) {
			if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(json);
			return {...json, challenge: bytes(json.challenge), allowCredentials: (json.allowCredentials ?? []).map(withBytes)};
		},
	},
	create: {
		path: "/login/passkey/register/",
		asks: () => ({label: document.getElementById("label").value}),
		options(json) {
			if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(json);
			return {
				...json, challenge: bytes(json.challenge), user: withBytes(json.user),
				excludeCredentials: (json.excludeCredentials ?? []).map(withBytes),
			};
		},
	},
};

// What the browser says of a failure, in words. It tells little on purpose.
const failures = {
	NotAllowedError: "Nothing came of it: it was stopped, or took too long. Try again.",
	AbortError: "Nothing came of it: it was stopped. Try again.",
	InvalidStateError: "This device holds a passkey of yours already. Sign in with it, or use another device.",
	SecurityError: "Your browser uses no passkeys at this address.",
	NotSupportedError: "This device makes no passkey of a kind that is taken here. Use another one.",
	TypeError: "The office cannot be reached. Try again.",
};

// Web Authentication Level 3, sections 5.1.8 to 5.1.10, for browsers without them:
// bytes are in base64url without padding.
function bytes(text) {
	const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
	return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function text(buffer) {
	const plain = Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join("");
	return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withBytes(named) {
	return {...named, id: bytes(named.id)};
}

function inJSON(credential) {
	if (credential.toJSON) return credential.toJSON();
	const response = {};
	for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
		if (credential.response[name]) response[name] = text(credential.response[name]);
	}
	return {
		id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
		clientExtensionResults: credential.getClientExtensionResults(),
	};
}

class Refused extends Error {}

async function post(path, body) {
	const got = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
	if (got.ok) return got.json();
	const told = await got.text();
	let said = told.trim();
	if ((got.headers.get("Content-Type") ?? "").includes("json")) {
		const problem = JSON.parse(told);
		said = [problem.detail ?? problem.title, problem.hint, problem.incident].filter(Boolean).join("; ");
	}
	throw new Refused(said.charAt(0).toUpperCase() + said.slice(1) + ".");
}

async function goThrough(does) {
	const ceremony = ceremonies[does];
	const asked = await post(ceremony.path + "begin", ceremony.asks());
	const credential = await navigator.credentials[does]({publicKey: ceremony.options(asked.publicKey)});
	await post(ceremony.path + "finish", inJSON(credential));
}

const says = document.getElementById("says");
for (const button of document.querySelectorAll("[data-do]")) {
	if (!window.PublicKeyCredential) {
		says.textContent = "Your browser has no passkeys, or none at this address.";
		break;
	}
	button.hidden = false;
	button.addEventListener("click", async () => {
		if (button.ariaBusy === "true") return;
		button.ariaBusy = "true";
		says.textContent = "Your device is asking you.";
		try {
			await goThrough(button.dataset.do);
			location.assign(button.dataset.then);
		} catch (failure) {
			says.textContent = failure instanceof Refused ? failure.message : failures[failure.name] ?? "This did not work: " + failure.name + ".";
		} finally {
			button.ariaBusy = "false";
		}
	});
}
