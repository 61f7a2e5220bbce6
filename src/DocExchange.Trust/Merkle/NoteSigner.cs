using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace DocExchange.Trust.Merkle;

/// <summary>An Ed25519 private key that signs notes under a name. Safe for concurrent use.</summary>
public sealed class NoteSigner : IDisposable
{
    private readonly byte[] seed;

    private NoteSigner(string name, NoteKeyType type, byte[] seed)
    {
        var publicKey = new byte[NoteVerifier.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        this.seed = seed;
        Verifier = new NoteVerifier(name, type, publicKey);
    }

    /// <summary>The public half.</summary>
    public NoteVerifier Verifier { get; }

    public static NoteSigner Generate(string name, NoteKeyType type) =>
        new(name, type, RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize));

    /// <summary>Reads what <see cref="ToEncryptedPkcs8"/> wrote; name and type are not in the file.</summary>
    /// <exception cref="CryptographicException">The password is wrong.</exception>
    /// <exception cref="FormatException">The bytes are not an encrypted Ed25519 key.</exception>
    public static NoteSigner FromEncryptedPkcs8(string name, NoteKeyType type, ReadOnlySpan<byte> der, string password) =>
        new(name, type, EncryptedEd25519.Read(der, password));

    /// <summary>PKCS#8 EncryptedPrivateKeyInfo (RFC 5958 §3, RFC 8410 §7) with PBES2, as OpenSSL reads it.</summary>
    public byte[] ToEncryptedPkcs8(string password, int iterations = PasswordEncryption.DefaultIterations) => EncryptedEd25519.Write(seed, password, iterations);

    /// <summary>Signs the text of a note.</summary>
    /// <exception cref="InvalidOperationException">The key is a cosigner's.</exception>
    /// <exception cref="FormatException">The text cannot be that of a note.</exception>
    public SignedNote Sign(string text)
    {
        if (Verifier.Type != NoteKeyType.Ed25519)
        {
            throw new InvalidOperationException($"The key '{Verifier.Name}' makes cosignatures; it cannot sign a note of its own.");
        }

        return SignedNote.Of(text, Line(SignBytes(text)));
    }

    /// <summary>Adds a cosignature to a checkpoint that was found consistent. Times count in whole seconds.</summary>
    /// <exception cref="InvalidOperationException">The key is not a cosigner's.</exception>
    public SignedNote Cosign(SignedNote checkpoint, DateTimeOffset at)
    {
        if (Verifier.Type != NoteKeyType.Cosignature)
        {
            throw new InvalidOperationException($"The key '{Verifier.Name}' signs notes; a cosignature needs a key of type 0x04.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(at, DateTimeOffset.UnixEpoch);
        var time = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeSeconds());
        return checkpoint.With(Line([.. time, .. SignBytes(NoteVerifier.CosignedMessage(at, checkpoint.Text))]));
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(seed);

    private NoteSignature Line(byte[] value) => new(Verifier.Name, Verifier.KeyId, value);

    private byte[] SignBytes(string message)
    {
        var signed = Encoding.UTF8.GetBytes(message);
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(seed, 0, Verifier.PublicKey.ToArray(), 0, signed, 0, signed.Length, signature, 0);
        return signature;
    }
}
