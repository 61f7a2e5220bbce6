using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Keys;

/// <summary>
/// An RSA or ECDSA key on a token or in an HSM (PKCS#11 v2.40), logged in to. The secret never leaves the token; data
/// is hashed here. Safe for concurrent use: a few sessions work side by side, further callers wait.
/// </summary>
public sealed class Pkcs11Key : IUncertifiedKey
{
    private const int MaxSessions = 4;

    // DigestInfo of SHA-256 up to the value (RFC 8017 §9.2, note 1).
    private static readonly byte[] Sha256Info = Convert.FromHexString("3031300D060960864801650304020105000420");

    private readonly Pkcs11Module module;
    private readonly Pkcs11Uri uri;
    private readonly SemaphoreSlim turns = new(MaxSessions);
    private readonly InstancePool<ISession> sessions;
    private readonly ISession login;
    private readonly byte[]? pinForEachUse;
    private readonly byte[] id;
    private int holders = 1;
    private bool isDisposed;

    private Pkcs11Key(Pkcs11Module module, Pkcs11Uri uri, ISession login, ReadOnlySpan<byte> pin)
    {
        this.module = module;
        this.uri = uri;
        this.login = login;
        var handle = Pkcs11Objects.FindKey(login, uri);
        id = Pkcs11Objects.IdOf(login, handle);
        PublicKeyInfo = Pkcs11Objects.PublicKeyOf(login, handle, id);
        Algorithm = PublicKeys.AlgorithmOf(PublicKeyInfo) is { } known and not KeyAlgorithm.Sm2
            ? known
            : throw new TokenException($"密码设备中的密钥（{uri}）既不是 RSA 也不是 ECDSA。", $"The key on the token is neither RSA nor ECDSA. ({uri})");
        pinForEachUse = Pkcs11Objects.AsksForEachUse(login, handle) ? pin.ToArray() : null;
        var slot = module.SlotOf(uri);
        sessions = new InstancePool<ISession>(() => slot.OpenSession(SessionType.ReadOnly));
    }

    public KeyAlgorithm Algorithm { get; }

    internal SubjectPublicKeyInfo PublicKeyInfo { get; }

    /// <param name="pin">The user PIN; copied, the caller clears its own.</param>
    /// <exception cref="TokenException">The token or the key is not there, or the token is locked.</exception>
    /// <exception cref="WrongPasswordException">
    /// The PIN is wrong. A token locks itself after few attempts: do not try again unasked. While this process is logged
    /// in to the token already, the token does not look at the PIN (PKCS#11 v2.40 §5.6).
    /// </exception>
    public static Pkcs11Key Open(Pkcs11Uri uri, ReadOnlySpan<byte> pin)
    {
        var module = Pkcs11Module.Open(uri.ModulePath);
        ISession? login = null;
        try
        {
            login = module.SlotOf(uri).OpenSession(SessionType.ReadOnly);
            Login(login, pin);
            return new Pkcs11Key(module, uri, login, pin);
        }
        catch (Exception fault)
        {
            login?.Dispose();
            module.Dispose();
            if (fault is Pkcs11Exception refused)
            {
                throw Failed(uri, refused);
            }

            throw;
        }
    }

    public async Task<CertificateRequest> CreateRequestAsync(DistinguishedName subject, CancellationToken cancellation)
    {
        var info = new CertificationRequestInfo(subject.ToName(), PublicKeyInfo, DerSet.Empty);
        var signature = await SignAsync(info.GetDerEncoded(), cancellation);
        var request = new CertificationRequest(info, SignatureScheme.IdentifierFor(Algorithm), new DerBitString(signature));
        return CertificateRequest.Parse(request.GetDerEncoded());
    }

    public bool Fits(Certificate certificate) => PublicKeyInfo.PublicKey.Equals(certificate.Inner.CertificateStructure.SubjectPublicKeyInfo.PublicKey);

    public ISigningKey Certified(Certificate certificate, IReadOnlyList<Certificate> chain)
    {
        if (!Fits(certificate))
        {
            throw new ArgumentException($"The certificate {certificate} is for another key than this one.", nameof(certificate));
        }

        Interlocked.Increment(ref holders);
        return new TokenSigningKey(this, certificate, [.. chain]);
    }

    /// <summary>Signs as <see cref="ISigningKey.SignAsync"/> promises.</summary>
    /// <exception cref="TokenException">The token was pulled out, is locked or fails.</exception>
    public async ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        var digest = SHA256.HashData(data.Span);
        await turns.WaitAsync(cancellation);
        try
        {
            // A token may take a second; the call blocks its thread for that long.
            return await Task.Run(() => SignDigest(digest), cancellation);
        }
        catch (Pkcs11Exception fault)
        {
            throw Failed(uri, fault);
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>Ends the login once the signing keys made of this one are disposed of too.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        Release();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref holders) > 0)
        {
            return;
        }

        sessions.Dispose();
        login.Dispose();
        module.Dispose();
        turns.Dispose();
        CryptographicOperations.ZeroMemory(pinForEachUse);
    }

    private byte[] SignDigest(byte[] digest)
    {
        var session = sessions.Rent();
        try
        {
            var handle = Pkcs11Objects.FindKey(session, uri);
            var isRsa = Algorithm == KeyAlgorithm.Rsa;
            var mechanism = session.Factories.MechanismFactory.Create(isRsa ? CKM.CKM_RSA_PKCS : CKM.CKM_ECDSA);
            byte[] input = isRsa ? [.. Sha256Info, .. digest] : digest;
            var value = pinForEachUse is { } pin ? session.Sign(mechanism, handle, pin, input) : session.Sign(mechanism, handle, input);
            sessions.Return(session);
            return isRsa ? value : EcdsaValues.ToLowerDer(Algorithm, value);
        }
        catch
        {
            // A session may be dead once a call on it has failed.
            session.Dispose();
            throw;
        }
    }

    private static void Login(ISession session, ReadOnlySpan<byte> pin)
    {
        var copy = pin.ToArray();
        try
        {
            session.Login(CKU.CKU_USER, copy);
        }
        catch (Pkcs11Exception already) when (already.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // The login belongs to the process; another key of the same token has made it.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    private static Exception Failed(Pkcs11Uri uri, Pkcs11Exception fault) => fault.RV switch
    {
        CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE => WrongPasswordException.OfToken(fault),
        CKR.CKR_PIN_LOCKED => new TokenException($"密码设备已锁定，请联系管理员解锁（{uri}）。", $"The token is locked; have it unlocked. ({uri})", fault),
        _ => new TokenException($"密码设备操作失败（{fault.RV}）：{uri}", $"The token failed with {fault.RV}: {uri}", fault),
    };

    private sealed class TokenSigningKey(Pkcs11Key key, Certificate certificate, IReadOnlyList<Certificate> chain) : ISigningKey
    {
        private bool isClosed;

        public KeyAlgorithm Algorithm => key.Algorithm;

        public Certificate Certificate => certificate;

        public IReadOnlyList<Certificate> Chain => chain;

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) => key.SignAsync(data, cancellation);

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref isClosed, true))
            {
                key.Release();
            }
        }
    }
}
