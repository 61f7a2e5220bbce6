using DocExchange.Hub.Operations;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>The checkpoint of the whole ledger, signed once for each size it has had. For the writer; others may read <see cref="Signed"/>.</summary>
internal sealed partial class NewestCheckpoint(ILedgerStore ledger, HubIdentity identity, ILogger log)
{
    /// <summary>Null before the first.</summary>
    public SignedCheckpoint? Signed { get; private set; }

    /// <exception cref="IOException">It could not be saved.</exception>
    public SignedCheckpoint Of(long size)
    {
        if (Signed is { } newest && newest.Checkpoint.Size == size)
        {
            return newest;
        }

        var signed = new Checkpoint(identity.LedgerKey.Verifier.Name, size, ledger.Root(size)).SignedBy(identity.LedgerKey);
        ledger.SaveCheckpoint(signed.ToBytes());
        Signed = signed;
        return signed;
    }

    /// <summary>The same where it may be missing for a while: whoever needs it asks again.</summary>
    public void Try(long size)
    {
        try
        {
            _ = Of(size);
        }
        catch (Exception fault)
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The checkpoint could not be signed or saved")]
    private partial void LogFailed(Exception fault);
}
