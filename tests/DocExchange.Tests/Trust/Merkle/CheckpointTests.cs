using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Trust.Merkle;

internal sealed class CheckpointTests
{
    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    private readonly NoteSigner ledger = NoteSigner.Generate("bj.example/2001", NoteKeyType.Ed25519);
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1679315147);

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("checkpoints").FullName;

    [OneTimeTearDown]
    public void DisposeKey() => ledger.Dispose();

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Writes_and_reads_the_text_of_tlog_checkpoint()
    {
        var text = $"example.com/behind-the-sofa\n20852163\n{Root}\n";
        var checkpoint = new Checkpoint("example.com/behind-the-sofa", 20852163, Digest.FromBytes(Convert.FromBase64String(Root)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(checkpoint.Text, Is.EqualTo(text));
            Assert.That(Checkpoint.Parse(text), Is.EqualTo(checkpoint));
        }
    }

    [TestCase("o\n1\n" + Root, TestName = "Refuses_a_checkpoint_without_final_newline")]
    [TestCase("\n1\n" + Root + "\n", TestName = "Refuses_a_checkpoint_without_origin")]
    [TestCase("o\n01\n" + Root + "\n", TestName = "Refuses_a_size_with_leading_zero")]
    [TestCase("o\n-1\n" + Root + "\n", TestName = "Refuses_a_negative_size")]
    [TestCase("o\n\n" + Root + "\n", TestName = "Refuses_a_checkpoint_without_size")]
    [TestCase("o\n9223372036854775808\n" + Root + "\n", TestName = "Refuses_a_size_that_overflows")]
    [TestCase("o\n1\nAAAA\n", TestName = "Refuses_a_short_root")]
    [TestCase("o\n1\n" + Root + "\nextension\n", TestName = "Refuses_extension_lines")]
    public void Refuses(string text) => Assert.That(() => Checkpoint.Parse(text), Throws.InstanceOf<FormatException>());

    [Test]
    public void Opens_only_with_the_ledgers_key()
    {
        var checkpoint = new Checkpoint("bj.example/2001", 7, Digest.Of([7]));
        var bytes = checkpoint.SignedBy(ledger).ToBytes();
        using var stranger = NoteSigner.Generate("bj.example/2001", NoteKeyType.Ed25519);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Checkpoint.Open(bytes, ledger.Verifier).Checkpoint, Is.EqualTo(checkpoint));
            Assert.That(Checkpoint.Open(bytes, ledger.Verifier).ToBytes(), Is.EqualTo(bytes));
            Assert.That(() => Checkpoint.Open(bytes, stranger.Verifier), Throws.InstanceOf<FormatException>());
        }
    }

    [Test]
    public async Task OpenSSL_verifies_the_signature_and_the_cosignature()
    {
        using var witness = NoteSigner.Generate("witness.example/w1", NoteKeyType.Cosignature);
        var signed = new Checkpoint("bj.example/2001", 7, Digest.Of([7])).SignedBy(ledger);
        var note = witness.Cosign(signed.Note, At);
        var cosignature = note.Signatures[1].Value;
        var cosigned = "cosignature/v1\ntime 1679315147\n" + signed.Checkpoint.Text;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToHexString(cosignature.Span[..8]), Is.EqualTo("00000000641850CB"));
            Assert.That(await OpenSslVerifies(ledger.Verifier, signed.Checkpoint.Text, note.Signatures[0].Value), Is.True);
            Assert.That(await OpenSslVerifies(witness.Verifier, cosigned, cosignature[8..]), Is.True);
            Assert.That(await OpenSslVerifies(witness.Verifier, cosigned + " ", cosignature[8..]), Is.False);
        }
    }

    [Test]
    public async Task OpenSSL_opens_the_stored_key([Values("pass word", "口令一二三")] string password)
    {
        var (stored, exported) = (Path.Combine(folder, "key.der"), Path.Combine(folder, "public.der"));
        await File.WriteAllBytesAsync(stored, ledger.ToEncryptedPkcs8(password));
        var exit = await OpenSsl("pkey", "-inform", "DER", "-in", stored, "-passin", "pass:" + password, "-pubout", "-outform", "DER", "-out", exported);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit, Is.Zero);
            Assert.That((await File.ReadAllBytesAsync(exported))[^32..], Is.EqualTo(ledger.Verifier.PublicKey.ToArray()));
        }
    }

    [Test]
    public async Task Opens_a_key_that_OpenSSL_stored()
    {
        var (made, stored) = (Path.Combine(folder, "made.pem"), Path.Combine(folder, "stored.der"));
        await OpenSsl("genpkey", "-algorithm", "ed25519", "-out", made);
        await OpenSsl("pkcs8", "-topk8", "-in", made, "-outform", "DER", "-out", stored, "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "100000", "-passout", "pass:x");
        using var key = NoteSigner.FromEncryptedPkcs8("n", NoteKeyType.Ed25519, await File.ReadAllBytesAsync(stored), "x");
        Assert.That(key.Sign("text\n").VerifiedBy(key.Verifier), Has.Count.EqualTo(1));
    }

    [Test]
    public void Opens_a_stored_key_only_with_its_password()
    {
        var stored = ledger.ToEncryptedPkcs8("right");
        using var opened = NoteSigner.FromEncryptedPkcs8(ledger.Verifier.Name, NoteKeyType.Ed25519, stored, "right");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(opened.Verifier, Is.EqualTo(ledger.Verifier));
            Assert.That(() => NoteSigner.FromEncryptedPkcs8("n", NoteKeyType.Ed25519, stored, "wrong"), Throws.InstanceOf<CryptographicException>());
            Assert.That(() => NoteSigner.FromEncryptedPkcs8("n", NoteKeyType.Ed25519, stored.AsSpan(1), "right"), Throws.InstanceOf<FormatException>());
            Assert.That(() => NoteSigner.FromEncryptedPkcs8("n", NoteKeyType.Ed25519, new byte[5000], "right"), Throws.InstanceOf<FormatException>());
        }
    }

    [Test]
    public void A_key_signs_only_what_it_is_for()
    {
        using var witness = NoteSigner.Generate("w", NoteKeyType.Cosignature);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => witness.Sign("text\n"), Throws.InvalidOperationException);
            Assert.That(() => ledger.Cosign(ledger.Sign("text\n"), At), Throws.InvalidOperationException);
        }
    }

    private async Task<bool> OpenSslVerifies(NoteVerifier verifier, string message, ReadOnlyMemory<byte> signature)
    {
        // SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4): a fixed prefix and the key.
        byte[] key = [.. Convert.FromHexString("302a300506032b6570032100"), .. verifier.PublicKey.Span];
        var paths = new[] { "key", "message", "signature" }.Select(name => Path.Combine(folder, name)).ToArray();
        await File.WriteAllBytesAsync(paths[0], key);
        await File.WriteAllBytesAsync(paths[1], Encoding.UTF8.GetBytes(message));
        await File.WriteAllBytesAsync(paths[2], signature.ToArray());
        return await OpenSsl("pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths[0], "-in", paths[1], "-sigfile", paths[2]) == 0;
    }

    private static async Task<int> OpenSsl(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
