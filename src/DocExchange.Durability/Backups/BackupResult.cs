namespace DocExchange.Durability.Backups;

/// <summary>What a backup did.</summary>
/// <param name="Files">Files it consists of.</param>
/// <param name="CopiedFiles">Of these, how many this run copied; the others were there already.</param>
/// <param name="Problems">Files that are not what they should be and were left out, or kept as an earlier run had them.</param>
public sealed record BackupResult(BackupDescription Description, long Files, long CopiedFiles, long CopiedBytes, IReadOnlyList<BackupProblem> Problems);

/// <summary>A file of the data folder that is not what it should be.</summary>
public sealed record BackupProblem(string Chinese, string English);

/// <summary>How far a backup is.</summary>
public readonly record struct BackupProgress(long CopiedFiles, long CopiedBytes);
