using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Node.HubLink;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using Grpc.Core;
using CertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>Who is not taken for the hub, and what people are told to do about it.</summary>
internal sealed class HubTrustTests
{
    // X.509 chains are built by the machine's clock.
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly List<IDisposable> made = [];
    private X509Certificate2 root = null!;

    [OneTimeSetUp]
    public void Begin() => root = Authority("Root");

    [OneTimeTearDown]
    public void End()
    {
        root.Dispose();
        made.ForEach(each => each.Dispose());
    }

    [Test]
    public void One_with_the_hubs_name_below_the_agreed_root_is_the_hub() =>
        Assert.That(Trust()(this, Hub(root, -1, 1), null, SslPolicyErrors.RemoteCertificateChainErrors), Is.True);

    [TestCase(1, 2, "自 .* 起有效，而本机时钟为 .*。请先校准本机时钟", "is valid from .* and the clock of this machine says")]
    [TestCase(-2, -1, "已于 .* 到期，本机时钟为 .*。请先核对本机时钟", "ran out at .*; the clock of this machine says")]
    public void One_out_of_its_time_points_to_the_clock(int fromDays, int untilDays, string chinese, string english)
    {
        var refusal = Refused(Hub(root, fromDays, untilDays));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Chinese, Does.Match(chinese));
            Assert.That(refusal.Message, Does.Match(english));
        }
    }

    [Test]
    public void Another_root_is_never_the_clocks_fault([Values] bool isExpired)
    {
        var refusal = Refused(Hub(Authority("Root"), isExpired ? -2 : -1, isExpired ? -1 : 1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Chinese, Does.Contain("不在约定的根证书之下").And.Not.Contain("时钟"));
            Assert.That(refusal.Message, Does.Contain("not below the agreed root"));
        }
    }

    [Test]
    public void Neither_is_another_name_or_no_certificate()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refused(Hub(root, -1, 1), SslPolicyErrors.RemoteCertificateNameMismatch).Chinese, Does.Contain("不是以中心的名称签发的"));
            Assert.That(Refused(null, SslPolicyErrors.RemoteCertificateNotAvailable).Chinese, Does.Contain("没有出示证书"));
            Assert.That(Refused(Hub(root, -1, 1, "1.3.6.1.5.5.7.3.2")).Chinese, Does.Contain("不在约定的根证书之下"), "a client's certificate");
        }
    }

    [Test]
    public void The_link_tells_it_in_either_language()
    {
        var refusal = Refused(Hub(root, 1, 2));
        var failure = new RpcException(new Status(StatusCode.Internal, "Error starting gRPC call.", new HttpRequestException("The SSL connection could not be established", refusal)));

        Assert.That(HubLinkService.Describe(failure), Is.EqualTo((refusal.Chinese, refusal.Message)));
        Assert.That(HubTrust.RefusalIn(new RpcException(new Status(StatusCode.Internal, "x", new IOException("y")))), Is.Null);
    }

    private RemoteCertificateValidationCallback Trust() => HubTrust.ByAuthorities([Certificate.Parse(root.RawData)], Digest.Of(root.RawData));

    private LinkFaultException Refused(X509Certificate2? peer, SslPolicyErrors errors = SslPolicyErrors.None) =>
        Assert.Throws<LinkFaultException>(() => Trust()(this, peer, null, errors))!;

    private X509Certificate2 Authority(string name)
    {
        var key = Own(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return Own(request.CreateSelfSigned(Now.AddDays(-100), Now.AddDays(100)));
    }

    private X509Certificate2 Hub(X509Certificate2 issuer, int fromDays, int untilDays, string usage = "1.3.6.1.5.5.7.3.1")
    {
        var key = Own(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var request = new CertificateRequest("CN=hub", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return Own(request.Create(issuer, Now.AddDays(fromDays), Now.AddDays(untilDays), new byte[] { 1, 2, 3 }));
    }

    private T Own<T>(T item)
        where T : IDisposable
    {
        made.Add(item);
        return item;
    }
}
