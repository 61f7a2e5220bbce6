namespace DocExchange.Hammer.Torture;

/// <summary>What is asked of one run.</summary>
/// <param name="Seed">Draws who is killed, when, and for how long; the same seed draws the same.</param>
/// <param name="InFlight">Documents under way at the same time.</param>
/// <param name="Offices">Recipients of the exchange.</param>
/// <param name="Keep">Folder that keeps data and logs; null: they are removed where nothing was violated.</param>
internal sealed record TortureOptions(int Rounds, int Seed, string Suite, int InFlight, int Offices, string? Keep);
