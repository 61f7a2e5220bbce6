using System.Globalization;
using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// The authorities of a site without a CA of its own, in one folder: for each suite a root that signs nothing but an
/// issuing authority, which certifies machines, offices and seals. Every key file is a PKCS#12 under one password;
/// certificates and revocation lists lie beside them as PEM. One process writes the folder.
/// </summary>
public sealed class SiteAuthorities : IDisposable
{
    /// <summary>How long a revocation list counts as fresh.</summary>
    public static readonly TimeSpan ListLife = TimeSpan.FromDays(35);

    private const string RevokedFile = "revoked.csv";

    private readonly string folder;
    private readonly Dictionary<Suite, (CertificateAuthority Root, CertificateAuthority Issuing)> authorities;
    private readonly Lock gate = new();

    private SiteAuthorities(string folder, Dictionary<Suite, (CertificateAuthority Root, CertificateAuthority Issuing)> authorities)
    {
        this.folder = folder;
        this.authorities = authorities;
    }

    /// <summary>Roots and issuing authorities of both suites.</summary>
    public IReadOnlyList<Certificate> Certificates => [.. authorities.Values.SelectMany(pair => new[] { pair.Root.Certificate, pair.Issuing.Certificate })];

    /// <summary>Makes the folder and its keys.</summary>
    /// <exception cref="IOException">The folder holds authorities already; they are not replaced.</exception>
    public static SiteAuthorities Create(string folder, KeyPassword password, string organization, DateTimeOffset now, int years)
    {
        if (File.Exists(Path.Combine(folder, FileOf(Suite.Intl, "root", "p12"))))
        {
            throw new IOException($"'{folder}' holds authorities already. Choose another folder; keys are never replaced.");
        }

        Directory.CreateDirectory(folder);
        var made = Enum.GetValues<Suite>().ToDictionary(suite => suite, suite => Make(suite, organization, now, years));
        foreach (var (suite, (root, issuing)) in made)
        {
            Write(folder, suite, "issuing", issuing, password);
            Write(folder, suite, "root", root, password);
        }

        var site = new SiteAuthorities(folder, made);
        site.IssueRevocationLists(now);
        File.WriteAllText(Path.Combine(folder, "trust.pem"), string.Concat(site.Certificates.Select(certificate => certificate.ToPem())));
        return site;
    }

    /// <exception cref="FileNotFoundException">The folder does not hold what <see cref="Create"/> made.</exception>
    /// <exception cref="WrongPasswordException">The password opens a key file not.</exception>
    public static SiteAuthorities Open(string folder, string password) => new(
        folder,
        Enum.GetValues<Suite>().ToDictionary(suite => suite, suite => (Read(folder, suite, "root", password), Read(folder, suite, "issuing", password))));

    public static bool Exist(string folder) => File.Exists(Path.Combine(folder, FileOf(Suite.Intl, "root", "p12")));

    /// <summary>The issuing authority that answers for keys of this kind.</summary>
    public CertificateAuthority IssuerFor(KeyAlgorithm algorithm) => authorities[algorithm == KeyAlgorithm.Sm2 ? Suite.Gm : Suite.Intl].Issuing;

    /// <summary>Certifies a request from now to the end of the issuing authority or <paramref name="years"/>, whichever is sooner.</summary>
    public Certificate Issue(CertificateRequest request, CertificateProfile profile, DistinguishedName subject, IReadOnlyList<string>? names, DateTimeOffset now, int years)
    {
        var issuer = IssuerFor(request.KeyAlgorithm);
        var end = now.AddYears(years);
        return issuer.Issue(request, profile, subject, names, now.AddMinutes(-5), end < issuer.Certificate.NotAfter ? end : issuer.Certificate.NotAfter);
    }

    /// <summary>What goes beside a certificate as its chain.</summary>
    public IReadOnlyList<Certificate> ChainFor(Certificate certificate) => IssuerFor(certificate.KeyAlgorithm ?? KeyAlgorithm.EcdsaP256).ChainForIssued;

    /// <summary>Puts a certificate on the list of its issuer, where it is not there yet, and gives out new lists.</summary>
    /// <exception cref="ArgumentException">The certificate was not issued here.</exception>
    public IReadOnlyList<RevocationList> Revoke(Certificate certificate, RevocationReason reason, DateTimeOffset at, DateTimeOffset? invalidityDate)
    {
        var suite = Enum.GetValues<Suite>().Cast<Suite?>().FirstOrDefault(suite => authorities[suite!.Value].Issuing.Certificate.Subject == certificate.Issuer)
            ?? throw new ArgumentException($"{certificate.Subject} was issued by {certificate.Issuer}, not here. Revoke it at its own authority and import the list.", nameof(certificate));
        lock (gate)
        {
            if (!ReadRevoked().Any(each => each.Suite == suite && each.Revoked.SerialNumber == certificate.SerialNumber))
            {
                AddRevoked(string.Join(',', suite, certificate.SerialNumber, Format(at), reason, invalidityDate is { } date ? Format(date) : ""));
            }
        }

        return IssueRevocationLists(at);
    }

    /// <summary>New lists of all four authorities, also written to the folder as <c>crl.pem</c>.</summary>
    public IReadOnlyList<RevocationList> IssueRevocationLists(DateTimeOffset now)
    {
        lock (gate)
        {
            var revoked = ReadRevoked();
            var number = now.ToUnixTimeMilliseconds();
            List<RevocationList> lists = [];
            foreach (var (suite, (root, issuing)) in authorities)
            {
                lists.Add(root.IssueRevocationList([], now, now + ListLife, number));
                lists.Add(issuing.IssueRevocationList([.. revoked.Where(each => each.Suite == suite).Select(each => each.Revoked)], now, now + ListLife, number));
            }

            File.WriteAllText(Path.Combine(folder, "crl.pem"), string.Concat(lists.Select(list => list.ToPem())));
            return lists;
        }
    }

    public void Dispose()
    {
        foreach (var (root, issuing) in authorities.Values)
        {
            root.Dispose();
            issuing.Dispose();
        }
    }

    private static (CertificateAuthority Root, CertificateAuthority Issuing) Make(Suite suite, string organization, DateTimeOffset now, int years)
    {
        var label = suite == Suite.Gm ? "SM2" : "ECDSA";
        var root = CertificateAuthority.CreateRoot(suite, new DistinguishedName($"{organization} 根CA ({label})", organization, null), now.AddMinutes(-10), now.AddYears(years));
        var issuing = root.CreateSubordinate(new DistinguishedName($"{organization} 签发CA ({label})", organization, null), now.AddMinutes(-10), now.AddYears(years).AddDays(-1));
        return (root, issuing);
    }

    private static void Write(string folder, Suite suite, string role, CertificateAuthority authority, KeyPassword password)
    {
        var path = Path.Combine(folder, FileOf(suite, role, "p12"));
        File.WriteAllBytes(path, authority.Save(password.Text, password.Iterations));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.WriteAllText(Path.Combine(folder, FileOf(suite, role, "pem")), authority.Certificate.ToPem());
    }

    private static CertificateAuthority Read(string folder, Suite suite, string role, string password)
    {
        var path = Path.Combine(folder, FileOf(suite, role, "p12"));
        return File.Exists(path)
            ? CertificateAuthority.Open(File.ReadAllBytes(path), password)
            : throw new FileNotFoundException($"'{path}' is missing. Create the authorities first (docex pki create).", path);
    }

    private List<(Suite Suite, RevokedCertificate Revoked)> ReadRevoked()
    {
        var path = Path.Combine(folder, RevokedFile);
        return File.Exists(path) ? [.. File.ReadLines(path).Where(line => line.Length > 0).Select(ReadLine)] : [];
    }

    // Whole or not at all: half a line would leave no list readable.
    private void AddRevoked(string line)
    {
        var path = Path.Combine(folder, RevokedFile);
        var known = File.Exists(path) ? File.ReadAllText(path) : "";
        using (var file = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(known + line + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".tmp", path, overwrite: true);
    }

    private static (Suite, RevokedCertificate) ReadLine(string line)
    {
        var fields = line.Split(',');
        return fields.Length == 5
            ? (Enum.Parse<Suite>(fields[0]), new RevokedCertificate(fields[1], ParseTime(fields[2]), Enum.Parse<RevocationReason>(fields[3]), fields[4].Length > 0 ? ParseTime(fields[4]) : null))
            : throw new FormatException($"'{RevokedFile}' has a line of {fields.Length} fields; 5 are expected: {line}");
    }

    private static string FileOf(Suite suite, string role, string ending) => $"{suite.ToString().ToLowerInvariant()}-{role}.{ending}";

    private static string Format(DateTimeOffset time) => time.ToString("o", CultureInfo.InvariantCulture);

    private static DateTimeOffset ParseTime(string text) => DateTimeOffset.ParseExact(text, "o", CultureInfo.InvariantCulture);
}
