using DocExchange.Core.Refusals;

namespace DocExchange.Hub.Offices;

/// <summary>An office file that is not put in force: for whoever shows why line by line, or asks whether offices are to end.</summary>
internal sealed class ImportRefusedException(Refusal refusal, string chinese, string english, IReadOnlyDictionary<string, string>? details = null)
    : RefusedException(refusal, chinese, english, details)
{
    /// <summary>All that is wrong with the file; none where only nobody agreed to what ends.</summary>
    public IReadOnlyList<WrongLine> Problems { get; init; } = [];

    /// <summary>What the file does to the directory, where offices end and nobody agreed to that; else null.</summary>
    public ImportChanges? Unagreed { get; init; }
}
