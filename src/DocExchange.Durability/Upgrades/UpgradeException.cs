using DocExchange.Trust.Faults;

namespace DocExchange.Durability.Upgrades;

/// <summary>Why a program does not work on a data folder as it is: says what, where, and what to do.</summary>
/// <param name="reason">Its stable name.</param>
public sealed class UpgradeException(string reason, string chinese, string english, Exception? cause = null) : IOException(english, cause), IWorded
{
    public string Reason { get; } = reason;

    public string Chinese { get; } = chinese;

    /// <summary>The data have a version that is not known here.</summary>
    public static UpgradeException OfVersion(string chinese, string english) => new("DATA_VERSION", chinese, english);

    /// <summary>The data could not be brought to this program's version.</summary>
    public static UpgradeException Failed(string chinese, string english, Exception? cause = null) => new("UPGRADE_FAILED", chinese, english, cause);
}
