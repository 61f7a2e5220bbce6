namespace DocExchange.Durability.Backups;

/// <summary>What is taken from a folder that says it is a backup. Its manifest is somebody else's until its digests were verified.</summary>
public sealed record BackupLimits
{
    public const int DefaultMaxFiles = 5_000_000;

    /// <summary>Files a manifest may name; each takes about 300 bytes of memory.</summary>
    public int MaxFiles { get; init; } = DefaultMaxFiles;

    /// <summary>Characters of a file's path below the data folder.</summary>
    public int MaxName { get; init; } = 400;

    /// <summary>Bytes of the description.</summary>
    public int MaxDescription { get; init; } = 64 * 1024;

    /// <summary>Bytes that a backup or a restore leaves free on the disk it writes to.</summary>
    public long FreeSpaceReserve { get; init; } = 64L * 1024 * 1024;
}
