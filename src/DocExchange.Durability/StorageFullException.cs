namespace DocExchange.Durability;

/// <summary>There is no room for what was to be stored. Nothing stored before is harmed; the same act may be repeated once there is.</summary>
public sealed class StorageFullException : IOException
{
    private const int NoSpace = 28;         // ENOSPC
    private const int QuotaReached = 122;   // EDQUOT
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public StorageFullException(string path, string what, Exception? inner = null)
        : base($"The storage is full: {what} ({path}). Free some space or extend the file system, then repeat.", inner)
    {
        Path = path;
    }

    /// <summary>The file or folder for which there was no room.</summary>
    public string Path { get; }

    /// <summary>Whether a lack of room is behind a failure, however it was wrapped.</summary>
    public static bool IsCauseOf(Exception fault) => fault switch
    {
        StorageFullException => true,
        IOException io when IsMeantBy(io) => true,
        AggregateException several => several.InnerExceptions.Any(IsCauseOf),
        _ => fault.InnerException is { } inner && IsCauseOf(inner),
    };

    // .NET puts the errno of a failed system call into HResult.
    public static bool IsMeantBy(IOException fault) => fault.HResult is NoSpace or QuotaReached or WindowsDiskFull;
}
