namespace DocExchange.Core.Documents;

/// <summary>密级 of the Law on Guarding State Secrets, lowest first.</summary>
public enum Classification
{
    None,
    Confidential,
    Secret,
    TopSecret,
}

/// <summary>密级和保密期限, printed 机密★10年. The period is free text of at most <see cref="MetadataLimits.Period"/> characters.</summary>
public sealed record SecurityMark(Classification Classification, string? Period)
{
    public static SecurityMark None { get; } = new(Classification.None, null);

    /// <summary>涉密: a site must be approved for such documents before it may carry one.</summary>
    public bool IsClassified => Classification != Classification.None;

    /// <summary>As printed; empty when there is no mark or none that exists.</summary>
    public override string ToString() =>
        !IsClassified || !Enum.IsDefined(Classification) ? "" : Period is null ? Classification.Chinese() : $"{Classification.Chinese()}★{Period}";
}
