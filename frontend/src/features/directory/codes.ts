/** The codes that this version has words for (docs/protocol.md, 4.8); one that another version knows is shown as it is. */

/** What an authority acts on, in the order in which forms offer it. */
export const competences = [
  "beneficial_ownership",
  "company",
  "bank",
  "property",
  "assets",
  "identity",
  "location",
  "travel",
  "vessels",
  "tax",
  "customs",
  "procurement",
  "telecommunications",
  "criminal_records",
  "freezing",
] as const;

/** What may be shared informally or needs a formal request. */
export const matters = [...competences, "statements", "searches", "court_use"] as const;

export const powers = [
  "investigate",
  "prosecute",
  "intelligence",
  "recover_assets",
  "supervise",
  "prevent",
] as const;

/** Real networks by their own names, and others by their kind. */
export const networks = [
  "arin",
  "carin",
  "egmont",
  "ejn",
  "eurojust",
  "fcinet",
  "gfpn",
  "iberred",
  "asset_recovery",
  "financial_intelligence",
  "judicial",
  "police",
] as const;
