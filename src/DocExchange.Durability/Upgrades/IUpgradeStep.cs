namespace DocExchange.Durability.Upgrades;

/// <summary>Brings data of the version before to the next one.</summary>
public interface IUpgradeStep
{
    /// <summary>The version the data have afterwards.</summary>
    int Reaches { get; }

    /// <summary>
    /// Names of all files it writes, makes or removes, directly in the data folder; of a database the log and the checksums too. They are copied
    /// first, so they should be small: never packages, never the ledger.
    /// </summary>
    IReadOnlyList<string> Rewrites { get; }

    /// <summary>Returns when it is on disk. After any exception, and after a crash, the files it rewrites are as they were.</summary>
    void Run(string folder, IDisk disk);
}
