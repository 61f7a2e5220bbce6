using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Offices;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Operations;

/// <summary>The hub's own keys, unlocked once at start.</summary>
internal sealed class HubIdentity : IDisposable
{
    private HubIdentity(HubSettings settings, ISigningKey key, NoteSigner ledgerKey, X509Certificate2 tls, X509Certificate2Collection tlsChain)
    {
        Id = PartyId.Hub(settings.Exchange);
        ChainId = settings.ChainId;
        Key = key;
        LedgerKey = ledgerKey;
        Tls = tls;
        TlsChain = tlsChain;
    }

    public PartyId Id { get; }

    public string ChainId { get; }

    /// <summary>Signs the hub's statements.</summary>
    public ISigningKey Key { get; }

    /// <summary>Signs checkpoints; its name is the ledger's origin.</summary>
    public NoteSigner LedgerKey { get; }

    public X509Certificate2 Tls { get; }

    public X509Certificate2Collection TlsChain { get; }

    /// <exception cref="WrongPasswordException">The password opens a key file not.</exception>
    public static HubIdentity Open(HubFolder folder, HubSettings settings)
    {
        var password = ReadPassword(folder);
        var key = Pkcs12KeyFile.Read(File.ReadAllBytes(Path.Combine(folder.Keys, "machine.p12")), password);
        var ledger = NoteSigner.FromEncryptedPkcs8(settings.LedgerOrigin, NoteKeyType.Ed25519, File.ReadAllBytes(Path.Combine(folder.Keys, "ledger.p8")), password);
        var tls = Pkcs12KeyFile.ReadForTls(File.ReadAllBytes(Path.Combine(folder.Keys, "tls.p12")), password, out var chain);
        return new HubIdentity(settings, key, ledger, tls, chain);
    }

    /// <summary>From the environment variable DOCEX_KEY_PASSWORD, or the file <c>secrets/key-password</c>.</summary>
    public static string ReadPassword(HubFolder folder) => KeyPassword.Read(folder.Password).Text;

    public void Dispose()
    {
        Key.Dispose();
        LedgerKey.Dispose();
        Tls.Dispose();
    }
}
