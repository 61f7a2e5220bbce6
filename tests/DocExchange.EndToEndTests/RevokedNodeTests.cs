using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Refusals;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol;
using DocExchange.Protocol.V1;
using Grpc.Core;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests;

/// <summary>A revocation takes effect on connections that are open already.</summary>
[SupportedOSPlatform("linux")]
internal sealed class RevokedNodeTests
{
    [Test]
    public async Task A_node_whose_certificate_is_revoked_is_refused_its_next_call()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"], ["b"]);
        var revoked = site.Nodes[1];
        Assert.That(await SearchAsync(revoked), Is.Null, "before");

        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(revoked.Folder, "keys", "tls.cer"));
        var request = new RevokeCertificateRequest { Fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), Reason = "keyCompromise" };
        await site.Administration.RevokeCertificateAsync(request);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SearchAsync(revoked), Is.AnyOf(Refusal.NotBound, Refusal.Revoked), "the revoked node");
            Assert.That(await SearchAsync(site.Nodes[2]), Is.Null, "another node");
            var again = await Assert.ThrowsAsync<RpcException>(() => site.Administration.RevokeCertificateAsync(request).ResponseAsync);
            Assert.That(again!.ToRefusal()?.Refusal, Is.EqualTo(Refusal.WrongState), "a second time");
            Assert.That(Directory.GetFiles(Path.Combine(site.HubFolder, "log")).Select(ReadShared), Has.Some.Contains("Refused"), "the hub's log");
            Assert.That(File.GetUnixFileMode(site.HubFolder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }
    }

    // The hub has it open for writing.
    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
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
