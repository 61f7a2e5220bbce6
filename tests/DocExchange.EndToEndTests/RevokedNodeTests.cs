using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Refusals;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.EndToEndTests;

/// <summary>A revocation takes effect on connections that are open already.</summary>
internal sealed class RevokedNodeTests
{
    [Test]
    public async Task A_node_whose_certificate_is_revoked_is_refused_its_next_call()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"], ["b"]);
        var revoked = site.Nodes[1];
        Assert.That(await SearchAsync(revoked), Is.Null, "before");

        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(revoked.Folder, "keys", "tls.cer"));
        await site.Administration.RevokeCertificateAsync(new RevokeCertificateRequest
        {
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)),
            Reason = "keyCompromise",
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SearchAsync(revoked), Is.AnyOf(Refusal.NotBound, Refusal.Revoked), "the revoked node");
            Assert.That(await SearchAsync(site.Nodes[2]), Is.Null, "another node");
        }
    }

    private static async Task<Refusal?> SearchAsync(TestNode node)
    {
        try
        {
            await node.Desk.SearchAsync(new SearchRequest());
            return null;
        }
        catch (RpcException failure)
        {
            return failure.ToRefusal()?.Refusal ?? throw new AssertionException(failure.ToString());
        }
    }
}
