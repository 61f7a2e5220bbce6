using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>The bytes offered for archiving are not the package they were said to be.</summary>
internal sealed class ArchiveSourceException(Digest packageId, string found)
    : IOException($"The package {packageId} was not archived: its source {found}. Restore it in the spool from its sender or a backup, then repeat.")
{
    public Digest PackageId => packageId;
}

/// <summary>A volume does not give back what was written.</summary>
internal sealed class ArchiveDamagedException(string volume, string what, Exception? inner = null)
    : IOException($"The volume {volume} is damaged: {what}. Verify it, and restore it from a backup or rebuild it from spool and nodes.", inner)
{
    public string Volume => volume;
}
