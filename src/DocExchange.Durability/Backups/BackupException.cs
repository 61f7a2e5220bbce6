using DocExchange.Trust.Faults;

namespace DocExchange.Durability.Backups;

/// <summary>A backup or a restore that cannot be done as it was asked: says what, where, and what to do.</summary>
public sealed class BackupException(string chinese, string english, Exception? inner = null) : IOException(english, inner), IWorded
{
    public string Chinese { get; } = chinese;

    public string English => Message;
}
