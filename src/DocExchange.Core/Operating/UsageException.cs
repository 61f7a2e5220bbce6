namespace DocExchange.Core.Operating;

/// <summary>What was typed is wrong, whatever the data says: exit code 64, and nothing was done.</summary>
public sealed class UsageException(string chinese, string english) : FailedException(Name, chinese, english)
{
    /// <summary>The reason of all of them.</summary>
    public const string Name = "USAGE";

    // sysexits.h
    public const int ExitCode = 64;
}
