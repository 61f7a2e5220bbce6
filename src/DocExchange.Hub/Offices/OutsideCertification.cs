using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.Offices;

/// <summary>
/// An authority outside, reached by files: each request lies in <c>requests/</c> with its profile beside it until its
/// certificate is imported. Safe for concurrent use.
/// </summary>
internal sealed partial class OutsideCertification(SiteStore site, DirectoryKeeper directories, HubFolder folder, IDisk disk, TimeProvider clock, ILogger<OutsideCertification> log) : ICertification
{
    private const int MaxCertificates = 2_000;
    private const int MaxRequests = 20_000;

    private readonly Lock writing = new();

    public IReadOnlyDictionary<RequestedKey, Certificate> Certify(string name, IReadOnlyList<RequestedKey> keys, DateTimeOffset now)
    {
        var directory = directories.Current;
        var certified = new Dictionary<RequestedKey, Certificate>();
        foreach (var key in keys)
        {
            if (site.FindCertificate(key.Request.PublicKeyFingerprint) is { } certificate && FaultOf(certificate, key.Profile, key.Holder(directory)) is null)
            {
                certified.Add(key, certificate);
            }
        }

        var missing = keys.Where(key => !certified.ContainsKey(key)).ToList();
        return missing.Count == 0 ? certified : throw Waits(name, [.. missing.Select(key => Write(name, key))]);
    }

    /// <summary>Matches certificates to the requests that wait, by their keys. Certificates of authorities among them are passed over.</summary>
    /// <exception cref="RefusedException">A certificate answers no request, or cannot be used for it; those before it were taken in.</exception>
    public IReadOnlyList<string> Import(ReadOnlySpan<byte> pem)
    {
        var certificates = Read(pem);
        using var _ = writing.EnterScope();
        var waiting = Requests().ToLookup(request => CertificateRequest.Parse(File.ReadAllBytes(request)).PublicKeyFingerprint);
        var answered = new List<string>();
        foreach (var certificate in certificates.Where(certificate => !certificate.Equals(site.FindCertificate(certificate.PublicKeyFingerprint))))
        {
            var request = waiting[certificate.PublicKeyFingerprint].FirstOrDefault()
                ?? throw new RefusedException(Refusal.NotFound, $"没有等待证书 {certificate.Subject} 的申请。", $"No request waits for the certificate {certificate.Subject}: its key is that of none.");
            if (FaultOf(certificate, RequestFile.ProfileOf(request), HolderOf(request)) is { } fault)
            {
                throw new RefusedException(Refusal.NotAuthentic, $"证书 {certificate.Subject} 不能用于 {Name(request)}：{fault.Chinese}", $"The certificate {certificate.Subject} cannot be used for {Name(request)}: {fault.English}");
            }

            site.Save(certificate);
            disk.Delete(RequestFile.ProfilePathOf(request));
            disk.Delete(request);
            answered.Add(Name(request));
            LogImported(Name(request), certificate.Fingerprint.ToString());
        }

        return answered;
    }

    /// <summary>File names of the requests that wait.</summary>
    public IReadOnlyList<string> Waiting() => [.. Requests().Select(Name)];

    private static IReadOnlyList<Certificate> Read(ReadOnlySpan<byte> pem)
    {
        try
        {
            var all = Certificate.ParseAll(pem);
            return all.Count is > 0 and <= MaxCertificates ? [.. all.Where(certificate => !certificate.IsAuthority)] : throw new WordedFormatException($"应有 1 至 {MaxCertificates} 张证书，给出了 {all.Count} 张。", $"1 to {MaxCertificates} certificates are expected, {all.Count} found.");
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "证书文件有误：" + FaultWords.Of(fault), fault.Message);
        }
    }

    private (string Chinese, string English)? FaultOf(Certificate certificate, CertificateProfile profile, CertificateHolder holder)
    {
        var paths = new CertificatePaths(directories.Trust, CertificatePathOptions.Default with { Revocation = RevocationDemand.WhenAvailable });
        var path = paths.Build(certificate, [], clock.GetUtcNow(), RequestFile.UsageOf(profile));
        return path.Findings.FirstOrDefault(finding => finding.Indication != Trust.Validation.Indication.TotalPassed) is { } finding
            ? (finding.Chinese, finding.English)
            : holder.FaultOf(certificate, directories.Current);
    }

    // requests/NODE/tls.csr or requests/NODE/OFFICE.document.csr: names as they are now, not as they were asked for.
    private CertificateHolder HolderOf(string request)
    {
        var directory = directories.Current;
        var node = PartyId.Node(directory.Exchange, Path.GetFileName(Path.GetDirectoryName(request)!));
        if (RequestFile.OfficeOf(request) is { } local)
        {
            return directory.Find(PartyId.Office(directory.Exchange, local)) is { } office ? CertificateHolder.Of(office) : throw Nobodys(request);
        }

        var use = RequestFile.ProfileOf(request) == CertificateProfile.Tls ? CertificateUse.Tls : CertificateUse.Machine;
        return site.FindInvitation(node.ToString()) is { } invitation ? CertificateHolder.OfNode(node, invitation.Name, use) : throw Nobodys(request);
    }

    private RefusedException Nobodys(string request) => new(
        Refusal.NotFound, $"申请 {Name(request)} 的单位或节点已不存在。", $"The request {Name(request)} is of an office or node that is no longer there.");

    // The hub's own requests are answered while it stands still.
    private IEnumerable<string> Requests() => disk.Folders(folder.Requests).Where(path => Path.GetFileName(path) != OutsideSetup.RequestFolder).SelectMany(disk.Files).Where(file => file.EndsWith(RequestFile.Extension, StringComparison.Ordinal)).Take(MaxRequests);

    private string Name(string request) => Path.GetRelativePath(folder.Requests, request);

    private string Write(string name, RequestedKey key)
    {
        using var _ = writing.EnterScope();
        return Name(RequestFile.Write(disk, Path.Combine(folder.Requests, name), key.Party.IsMachine ? key.Use.ToString().ToLowerInvariant() : $"{key.Party.Local}.{key.Use.ToString().ToLowerInvariant()}", key.Request, key.Profile, key.Name, key.DnsNames));
    }

    private RefusedException Waits(string name, IReadOnlyList<string> files)
    {
        LogWaiting(name, files.Count);
        var listed = string.Join(" ", files.Take(20)) + (files.Count > 20 ? " …" : "");
        return new RefusedException(
            Refusal.Pending,
            $"等待外部证书颁发机构签发 {files.Count} 张证书（中心 requests 目录：{listed}）。签发后由中心管理员运行 docex hub import-certificate，然后重复同一登记。",
            $"{files.Count} certificates of the outside authority are awaited (in the hub's folder 'requests': {listed}). Once the hub's administrator has run docex hub import-certificate, repeat the same enrolment.",
            new Dictionary<string, string> { ["waiting"] = $"{files.Count}" });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The enrolment of {Node} waits for {Count} certificates of the outside authority")]
    private partial void LogWaiting(string node, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Certificate {Fingerprint} answers the request {Request}")]
    private partial void LogImported(string request, string fingerprint);
}
