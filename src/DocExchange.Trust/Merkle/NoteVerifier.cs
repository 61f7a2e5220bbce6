using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace DocExchange.Trust.Merkle;

/// <summary>What a key signs, by the identifier byte that C2SP signed-note assigns.</summary>
public enum NoteKeyType : byte
{
    /// <summary>Ed25519 over the text: the ledger's own signature.</summary>
    Ed25519 = 0x01,

    /// <summary>Ed25519 over a time and the text: a witness's cosignature/v1 (C2SP tlog-cosignature).</summary>
    Cosignature = 0x04,
}

/// <summary>A named public key that signs notes, written as a C2SP vkey: <c>name+keyid+base64(type‖key)</c>.</summary>
public sealed record NoteVerifier
{
    public const int PublicKeySize = 32;

    private const int SignatureSize = 64;
    private const int TimeSize = 8;

    // The last second of the year 9999: what DateTimeOffset can hold. The format allows up to 2^63 − 1.
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private readonly byte[] publicKey;

    /// <exception cref="FormatException">The name cannot be a key name, or the bytes are no Ed25519 public key.</exception>
    internal NoteVerifier(string name, NoteKeyType type, byte[] publicKey)
    {
        if (!SignedNote.IsKeyName(name))
        {
            throw new FormatException($"'{name}' cannot be a key name: 1 to 255 characters without white space and plus are.");
        }

        // Refuses points of small order as well, under which one signature would fit many texts.
        if (publicKey.Length != PublicKeySize || !Ed25519.ValidatePublicKeyFull(publicKey, 0))
        {
            throw new FormatException($"The key of '{name}' is not an Ed25519 public key.");
        }

        (Name, Type, this.publicKey) = (name, type, publicKey);
        byte[] identity = [.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. publicKey];
        KeyId = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(identity));
    }

    public string Name { get; }

    public NoteKeyType Type { get; }

    /// <summary>SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]. It identifies; it does not authenticate.</summary>
    public uint KeyId { get; }

    public ReadOnlyMemory<byte> PublicKey => publicKey;

    /// <exception cref="FormatException">The text is not a vkey of a type that is known here.</exception>
    public static NoteVerifier Parse(string vkey)
    {
        // Base64 may hold a plus of its own: the first two separate.
        if (vkey.Length > 1024 || vkey.Split('+', 3) is not [var name, var id, var base64] || StrictBase64.Decode(base64) is not { Length: > 1 } key)
        {
            throw new FormatException("A verifier key has the form name+keyid+base64(type and public key).");
        }

        var type = (NoteKeyType)key[0];
        if (type is not (NoteKeyType.Ed25519 or NoteKeyType.Cosignature))
        {
            throw new FormatException($"The verifier key of '{name}' has the type 0x{key[0]:x2}; 0x01 and 0x04 are supported.");
        }

        var verifier = new NoteVerifier(name, type, key[1..]);
        return verifier.KeyIdText == id
            ? verifier
            : throw new FormatException($"The verifier key of '{name}' says its id is {id}, but it is {verifier.KeyIdText}.");
    }

    public bool Equals(NoteVerifier? other) =>
        other is not null && Name == other.Name && Type == other.Type && publicKey.AsSpan().SequenceEqual(other.publicKey);

    public override int GetHashCode() => HashCode.Combine(Name, KeyId);

    /// <summary>The vkey.</summary>
    public override string ToString() => $"{Name}+{KeyIdText}+{Convert.ToBase64String([(byte)Type, .. publicKey])}";

    /// <summary>True if the line claims this key, by name and id.</summary>
    public bool Made(NoteSignature signature) => signature.KeyId == KeyId && signature.Name == Name;

    internal bool Verify(string text, NoteSignature signature, out DateTimeOffset? at)
    {
        at = null;
        var value = signature.Value.Span;
        var message = text;
        if (Type == NoteKeyType.Cosignature)
        {
            if (value.Length != TimeSize + SignatureSize || BinaryPrimitives.ReadUInt64BigEndian(value) is var seconds && seconds > (ulong)LatestTime)
            {
                return false;
            }

            at = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
            message = CosignedMessage(at.Value, text);
            value = value[TimeSize..];
        }

        var signed = Encoding.UTF8.GetBytes(message);
        return value.Length == SignatureSize && Ed25519.Verify(value.ToArray(), 0, publicKey, 0, signed, 0, signed.Length);
    }

    /// <summary>tlog-cosignature, Ed25519 signed message: whole seconds.</summary>
    internal static string CosignedMessage(DateTimeOffset at, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {at.ToUnixTimeSeconds()}\n{text}");

    private string KeyIdText => KeyId.ToString("x8", CultureInfo.InvariantCulture);
}
