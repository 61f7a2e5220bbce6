using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DocExchange.EndToEndTests.Site;

/// <summary>
/// What README.txt in a dossier tells a person to type, typed: each command as it is printed there, with what stands for
/// something filled in, and what the sentence around it says to look at looked at.
/// </summary>
/// <remarks>A step that does not hold throws <see cref="StepFailedException"/>.</remarks>
internal sealed partial class DossierByHand
{
    private const string Time = "某时";
    private const string Printed = "7-Dispatched-x.p7m";

    private readonly UnpackedDossier dossier;
    private readonly string[][] steps;
    private readonly HashSet<string> typed = [];

    public DossierByHand(UnpackedDossier dossier, string roots)
    {
        this.dossier = dossier;
        steps = [.. StepsOf(ReadText("README.txt")).Select(step => CommandLine().Matches(step).Select(line => line.Groups[1].Value).ToArray())];
        File.Copy(roots, PathOf("roots.pem"), overwrite: true);
    }

    /// <summary>Printed, and not typed by any step so far.</summary>
    public IEnumerable<string> Untyped => steps.SelectMany(step => step).Except(typed);

    public IReadOnlyList<(string Name, Action Step)> Steps =>
    [
        ("authorities", Authorities), ("digests", Digests), ("package", Package), ("statements", Statements),
        ("ledger", Entries), ("checkpoint", Checkpoint), ("time-stamps", Timestamps),
    ];

    // Step 2 comes first for whoever types: it makes ca.pem, which step 1 needs.
    private void Authorities()
    {
        var authorities = CertificatesIn(ReadText("trust/intermediates.pem"));
        foreach (var (index, authority) in authorities.Index())
        {
            File.WriteAllText(PathOf($"authority-{index}.pem"), authority.ExportCertificatePem() + "\n");
            var sm2 = authority.SignatureAlgorithm.Value == "1.2.156.10197.1.501" ? "-vfyopt distid:1234567812345678 " : "";
            Type(2, 0, (Time, $"{IssuedAt} {sm2}"), ("intermediate.pem", $"authority-{index}.pem"));
        }

        Type(2, 1, ("intermediate.pem", string.Join(' ', authorities.Select((_, index) => $"authority-{index}.pem"))));
    }

    private void Digests()
    {
        Type(1, 0);
        if (IsSm2("SHA256SUMS.p7s"))
        {
            VerifySm2("SHA256SUMS.p7s", IssuedAt, "SHA256SUMS");
        }
        else
        {
            Type(1, 1, (Time, IssuedAt));
        }
    }

    private void Package()
    {
        if (Directory.Exists(PathOf("p")))
        {
            Directory.Delete(PathOf("p"), recursive: true);
        }

        Type(3, 0);
        var manifest = ReadText("p/META-INF/ASiCManifest.xml");
        foreach (Match part in Listed().Matches(manifest))
        {
            var digest = Run($"openssl dgst -sha256 -binary 'p/{Uri.UnescapeDataString(part.Groups[1].Value)}' | openssl base64 -A");
            Require(digest == part.Groups[2].Value, $"{part.Groups[1].Value} is as the manifest lists it");
        }

        var accepted = NameOf("statements", "*-Accepted-hub.p7m");
        if (IsSm2("p/META-INF/signature.p7s"))
        {
            VerifySm2("p/META-INF/signature.p7s", ReceivedAt(IndexOf(accepted)), "p/META-INF/ASiCManifest.xml");
        }
        else
        {
            Type(3, 1, (Time, ReceivedAt(IndexOf(accepted))));
        }

        var sums = Type(3, 2).Split('\n');
        Require(sums[0][..64] == Json.GetProperty("document").GetString(), "the manifest's SHA-256 is the document id");
        Verify(NameOf("statements", "*-Dispatched-*.p7m"));
        Require(sums[1][..64] == Element("Package"), "the package is the one that was dispatched");
    }

    private void Statements()
    {
        var directory = "";
        foreach (var path in InOrder())
        {
            Verify(path);
            var isDirectory = path.Contains("-DirectoryPublished-", StringComparison.Ordinal);
            if (isDirectory)
            {
                directory = $"directories/{Element("Version")}.xml";
                Require(Run($"sha256sum {directory}")[..64] == Element("Directory"), $"{directory} is the one that was published");
            }

            var signer = CertificatesOf(path).Single(certificate => !IsAuthority(certificate));
            var parties = Type(4, 2, ("证书的 base64", Convert.ToBase64String(signer.RawData)), ("directories/5.xml", directory));
            var before = parties[..parties.IndexOf(Convert.ToBase64String(signer.RawData), StringComparison.Ordinal)];
            Require(before[before.LastIndexOf(" id=\"", StringComparison.Ordinal)..].StartsWith($" id=\"{Element("Issuer")}\"", StringComparison.Ordinal), $"the signer of {path} is its issuer");
        }
    }

    private void Entries()
    {
        var size = Json.GetProperty("checkpoint").GetProperty("size").GetInt64();
        var root = Run("sed -n 3p ledger/checkpoint");
        foreach (var path in InOrder())
        {
            var index = IndexOf(path);
            Require(ReadBytes($"entries/{index}.der").AsSpan().EndsWith(ReadBytes(path)), $"entry {index} ends with the statement");
            Type(6, 0, ("entries/7.der", $"entries/{index}.der"));
            var (fn, sn) = (index, size - 1);
            foreach (var sibling in ReadText($"proofs/{index}.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)[2..])
            {
                var isLeft = fn % 2 == 1 || fn == sn;
                while (isLeft && fn % 2 == 0 && fn != 0)
                {
                    (fn, sn) = (fn / 2, sn / 2);
                }

                var (given, own) = isLeft ? ("left", "right") : ("right", "left");
                Run($"printf %s '{sibling}' | openssl base64 -d -A > {given}; cp hash {own}");
                Type(6, 1);
                (fn, sn) = (fn / 2, sn / 2);
            }

            Require(sn == 0 && Run("openssl base64 -A -in hash") == root, $"entry {index} leads to the root");
        }
    }

    private void Checkpoint()
    {
        var key = ReadText("ledger/key").Trim().Split('+', 3);
        Type(7, 0, ("公钥", $"printf %s '{key[2]}' | openssl base64 -d -A | tail -c +2"));
        File.WriteAllText(PathOf("text"), string.Concat(ReadText("ledger/checkpoint").Split('\n')[..3].Select(line => line + "\n")));
        var signature = ReadText("ledger/checkpoint").Split('\n').Single(line => line.StartsWith($"— {key[0]} ", StringComparison.Ordinal)).Split(' ')[^1];
        Run($"printf %s '{signature}' | openssl base64 -d -A | tail -c +5 > signature");
        Type(7, 1);
    }

    private void Timestamps()
    {
        foreach (var token in Directory.GetFiles(PathOf("timestamps"), "*.tst").Select(Path.GetFileNameWithoutExtension))
        {
            var said = StampedAt().Match(Run($"openssl ts -reply -in timestamps/{token}.tst -token_in -text"));
            Type(8, 0, ("timestamps/22", $"timestamps/{token}"), (Time, Run($"date -u -d '{said.Groups[1].Value}' +%s")));
        }
    }

    /// <summary>The signature of a statement; its content comes to lie in content.xml.</summary>
    private void Verify(string path)
    {
        var time = ReceivedAt(IndexOf(path));
        if (IsSm2(path))
        {
            VerifySm2(path, time, null);
        }
        else
        {
            Type(4, 0, ($"statements/{Printed}", path), (Time, time));
        }
    }

    private bool IsSm2(string path) => Run($"openssl asn1parse -inform DER -in {path}").Contains("OBJECT            :sm3", StringComparison.Ordinal);

    private void VerifySm2(string path, string time, string? content)
    {
        File.Copy(PathOf(path), PathOf("x.p7m"), overwrite: true);
        var structure = Asn1Line().Matches(Type(5, 0)).Select(line => (At: line.Groups[1].Value, Depth: line.Groups[2].Value, Header: line.Groups[3].Value, Length: line.Groups[4].Value, What: line.Groups[5].Value)).ToList();
        var signer = structure.FindLastIndex(line => line.Depth == "3" && line.What.StartsWith("SET", StringComparison.Ordinal));
        var attributes = structure.FindIndex(signer, line => line.Depth == "5" && line.What.StartsWith("cont [ 0 ]", StringComparison.Ordinal));
        var value = structure.FindIndex(attributes, line => line.Depth == "5" && line.What.StartsWith("OCTET STRING", StringComparison.Ordinal));
        Require(signer >= 0 && attributes >= 0 && value >= 0, $"{path} has one signature");
        if (content is null)
        {
            Type(5, 1, ("内容位置", structure.First(line => line.Depth == "5" && line.What.StartsWith("OCTET STRING", StringComparison.Ordinal)).At));
        }

        Type(5, 2, ("位置", structure[attributes].At), ("头长", structure[attributes].Header), ("长度", structure[attributes].Length));
        Type(5, 3, ("签名位置", structure[value].At));
        var digest = Type(5, 4, ("content.xml", content ?? "content.xml")).Split(' ')[^1].Trim();
        var named = structure.FindIndex(attributes, line => line.What.EndsWith(":messageDigest", StringComparison.Ordinal));
        var promised = structure.Skip(named).First(line => line.What.StartsWith("OCTET STRING", StringComparison.Ordinal)).What.Split(':')[^1];
        Require(digest.Equals(promised, StringComparison.OrdinalIgnoreCase), $"messageDigest of {path}: {promised}, and its content has {digest}");
        File.WriteAllText(PathOf("signer.pem"), CertificatesOf(path).Single(certificate => !IsAuthority(certificate)).ExportCertificatePem() + "\n");
        Type(5, 5, (Time, time));
        Type(5, 6);
        Type(5, 7);
    }

    private X509Certificate2Collection CertificatesOf(string path) => CertificatesIn(Type(4, 1, ($"statements/{Printed}", path)));

    private static X509Certificate2Collection CertificatesIn(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            // Counted below.
        }

        Require(certificates.Count == Regex.Count(pem, "BEGIN CERTIFICATE"), "every certificate can be read");
        return certificates;
    }

    private static bool IsAuthority(X509Certificate2 certificate) => certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);

    private JsonElement Json => JsonDocument.Parse(ReadText("dossier.json")).RootElement;

    private string IssuedAt => Run($"date -u -d '{Json.GetProperty("issuedAt").GetString()}' +%s");

    private string ReceivedAt(long index)
    {
        var time = GeneralizedTime().Match(Run($"openssl asn1parse -inform DER -in entries/{index}.der")).Groups;
        return Run($"date -u -d '{time[1]}-{time[2]}-{time[3]} {time[4]}:{time[5]}:{time[6]}Z' +%s");
    }

    private string Element(string name) => Regex.Match(ReadText("content.xml"), $"<{name}(?: [^>]*)?>([^<]*)<").Groups[1].Value;

    private IEnumerable<string> InOrder() => new[] { "announcements", "statements" }
        .SelectMany(folder => Directory.GetFiles(PathOf(folder)).Select(path => $"{folder}/{Path.GetFileName(path)}")).OrderBy(IndexOf);

    private static long IndexOf(string path) => long.Parse(path.Split('/')[^1].Split('-')[0], CultureInfo.InvariantCulture);

    private string NameOf(string folder, string pattern) => $"{folder}/{Path.GetFileName(Directory.GetFiles(PathOf(folder), pattern).Single())}";

    /// <summary>Types a command of a step, counted from 0, with each of these words in it replaced.</summary>
    /// <returns>What it says.</returns>
    private string Type(int step, int command, params (string Word, string Actual)[] words)
    {
        var line = steps[step - 1][command];
        typed.Add(line);
        foreach (var (word, actual) in words)
        {
            Assert.That(line, Does.Contain(word), $"README.txt, step {step}");
            line = line.Replace(word, actual, StringComparison.Ordinal);
        }

        return Run(line);
    }

    private string Run(string line)
    {
        var (code, output) = dossier.Run("sh", ["-c", $"cd d && {line}"]);
        Require(code == 0, $"{line}\n{output}");
        return output.TrimEnd('\n');
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new StepFailedException(what);
        }
    }

    private string PathOf(string path) => Path.Combine(dossier.Folder, path);

    private string ReadText(string path) => File.ReadAllText(PathOf(path), Encoding.UTF8);

    private byte[] ReadBytes(string path) => File.ReadAllBytes(PathOf(path));

    private static IEnumerable<string> StepsOf(string readme) => Numbered().Split(Between().Match(readme).Value)[1..];

    [GeneratedRegex("(?<=\n手工验证\n-+\n).*?(?=\n能证明什么)", RegexOptions.Singleline)]
    private static partial Regex Between();

    [GeneratedRegex("(?<=\n)[1-9]\\. ")]
    private static partial Regex Numbered();

    [GeneratedRegex("^    (.+)$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex("DataObjectReference URI=\"([^\"]*)\".*?<ds:DigestValue>([^<]*)<", RegexOptions.Singleline)]
    private static partial Regex Listed();

    [GeneratedRegex("GENERALIZEDTIME *:(....)(..)(..)(..)(..)(..)")]
    private static partial Regex GeneralizedTime();

    [GeneratedRegex("Time stamp: (.*)")]
    private static partial Regex StampedAt();

    [GeneratedRegex("^ *(\\d+):d=(\\d+) +hl=(\\d+) +l= *(\\d+) +(?:prim|cons): (.*?) *$", RegexOptions.Multiline)]
    private static partial Regex Asn1Line();
}

/// <summary>Something that a step of a dossier's README.txt looks at is not as it must be.</summary>
internal sealed class StepFailedException(string message) : Exception(message);
