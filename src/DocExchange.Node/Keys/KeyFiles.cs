using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;

namespace DocExchange.Node.Keys;

/// <summary>
/// The folder keys/: per key an encrypted PKCS#8 file, or the URI of a key on a token, there before anybody is asked for a
/// certificate, and later the certificate beside it. A key, once written, is never replaced.
/// </summary>
internal sealed class KeyFiles(DataFolder folder, KeyPassword password)
{
    public const string Tls = "tls";
    public const string Machine = "machine";
    public const string Witness = "witness";

    public static string Document(PartyId office) => office.Local + ".document";

    public static string Seal(PartyId office) => office.Local + ".seal";

    /// <summary>The key of that name, drawn and on disk when there was none.</summary>
    public IUncertifiedKey OpenOrDraw(string name, KeyAlgorithm algorithm)
    {
        if (!IsHere(name))
        {
            using var drawn = KeyPair.Generate(algorithm);
            DurableFile.Write(PathOf(name, "p8"), drawn.ToEncryptedPkcs8(password.Text, password.Iterations));
        }

        return Open(name);
    }

    /// <summary>The key of that name is on a token, and stays there.</summary>
    public void UseToken(string name, Pkcs11Uri uri)
    {
        if (!IsHere(name))
        {
            DurableFile.Write(PathOf(name, "pkcs11"), Encoding.UTF8.GetBytes(uri.Text));
        }
    }

    /// <exception cref="TokenException">The key is on a token that is not plugged in, or locked.</exception>
    /// <exception cref="WrongPasswordException">The password or PIN is wrong.</exception>
    public IUncertifiedKey Open(string name) => File.Exists(PathOf(name, "pkcs11"))
        ? TokenPin.Open(Pkcs11Uri.Parse(File.ReadAllText(PathOf(name, "pkcs11"))))
        : OpenFile(name);

    /// <summary>A key that is in a file.</summary>
    public KeyPair OpenFile(string name) => KeyPair.FromEncryptedPkcs8(File.ReadAllBytes(PathOf(name, "p8")), password.Text);

    /// <summary>The key the node cosigns checkpoints with, drawn and on disk when there was none.</summary>
    public NoteSigner OpenOrDrawWitness(PartyId node)
    {
        if (!File.Exists(PathOf(Witness, "p8")))
        {
            using var drawn = NoteSigner.Generate(node.ToString(), NoteKeyType.Cosignature);
            DurableFile.Write(PathOf(Witness, "p8"), drawn.ToEncryptedPkcs8(password.Text, password.Iterations));
        }

        return FindWitness(node)!;
    }

    /// <summary>Null at a node that was enrolled by an older version.</summary>
    public NoteSigner? FindWitness(PartyId node) => File.Exists(PathOf(Witness, "p8"))
        ? NoteSigner.FromEncryptedPkcs8(node.ToString(), NoteKeyType.Cosignature, File.ReadAllBytes(PathOf(Witness, "p8")), password.Text)
        : null;

    /// <exception cref="ArgumentException">The certificate is for another key.</exception>
    public void Certify(string name, Certificate certificate)
    {
        using var key = Open(name);
        if (!key.Fits(certificate))
        {
            throw new ArgumentException($"The certificate for the key '{name}' is for another key.", nameof(certificate));
        }

        DurableFile.Write(PathOf(name, "cer"), certificate.Der);
    }

    public Certificate CertificateOf(string name) => Certificate.Parse(File.ReadAllBytes(PathOf(name, "cer")));

    /// <summary>Null where there is no such key, or no certificate for it.</summary>
    public ISigningKey? Signing(string name, IReadOnlyList<Certificate> authorities)
    {
        if (!IsHere(name) || !File.Exists(PathOf(name, "cer")))
        {
            return null;
        }

        var certificate = CertificateOf(name);
        using var key = Open(name);
        return key.Certified(certificate, ChainAbove(certificate, authorities));
    }

    public byte[]? SealOf(PartyId office) => File.Exists(PathOf(office.Local, "seal")) ? File.ReadAllBytes(PathOf(office.Local, "seal")) : null;

    public void WriteSeal(PartyId office, ReadOnlySpan<byte> seal) => DurableFile.Write(PathOf(office.Local, "seal"), seal);

    public IReadOnlyList<Certificate> Authorities() => Certificate.ParseAll(File.ReadAllBytes(PathOf("authorities", "pem")));

    public void WriteAuthorities(ReadOnlySpan<byte> pem) => DurableFile.Write(PathOf("authorities", "pem"), pem);

    /// <summary>Nearest first, without the root.</summary>
    public static IReadOnlyList<Certificate> ChainAbove(Certificate certificate, IReadOnlyList<Certificate> authorities)
    {
        var chain = new List<Certificate>();
        for (var below = certificate; chain.Count < authorities.Count; below = chain[^1])
        {
            if (authorities.FirstOrDefault(authority => authority.Subject == below.Issuer && !authority.IsSelfIssued && !chain.Contains(authority)) is not { } above)
            {
                break;
            }

            chain.Add(above);
        }

        return chain;
    }

    private bool IsHere(string name) => File.Exists(PathOf(name, "p8")) || File.Exists(PathOf(name, "pkcs11"));

    private string PathOf(string name, string kind) => Path.Combine(folder.Keys, $"{name}.{kind}");
}
