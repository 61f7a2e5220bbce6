namespace DocExchange.Cli.Doctor;

/// <summary>How much it matters.</summary>
internal enum Severity
{
    Ok,

    /// <summary>It works, and will not for ever.</summary>
    Warning,

    /// <summary>Something does not work, or nobody may trust it.</summary>
    Failure,
}

/// <summary>What was looked at, and what was found.</summary>
/// <param name="Check">A stable name, such as <c>free-space</c>.</param>
/// <param name="Chinese">One sentence, with what, where and how much.</param>
/// <param name="Remedy">What to do about it, in both languages; null where nothing is.</param>
internal sealed record Finding(string Check, Severity Severity, string Chinese, string English, (string Chinese, string English)? Remedy = null)
{
    public static Finding Ok(string check, string chinese, string english) => new(check, Severity.Ok, chinese, english);

    public static Finding Warning(string check, string chinese, string english, string remedyChinese, string remedyEnglish) => new(check, Severity.Warning, chinese, english, (remedyChinese, remedyEnglish));

    public static Finding Failure(string check, string chinese, string english, string remedyChinese, string remedyEnglish) => new(check, Severity.Failure, chinese, english, (remedyChinese, remedyEnglish));
}
