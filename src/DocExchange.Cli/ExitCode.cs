using DocExchange.Core.Operating;

namespace DocExchange.Cli;

/// <summary>What a verb tells the shell.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>A verdict of TOTAL_FAILED, a refusal, or something that could not be done.</summary>
    public const int Failed = 1;

    /// <summary>A verdict of INDETERMINATE.</summary>
    public const int Indeterminate = 2;

    public const int Usage = UsageException.ExitCode;

    // sysexits.h
    public const int Internal = 70;

    /// <summary>Ended by Ctrl-C, as shells number it.</summary>
    public const int Interrupted = 130;
}
