namespace DocExchange.Hammer.Torture;

/// <summary>An act of a recipient that its node confirmed.</summary>
internal sealed record PromisedAct(string Document, string Office, string Type);
