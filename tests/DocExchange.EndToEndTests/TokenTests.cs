using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using DocExchange.Trust.Certificates;
using Grpc.Core;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests;

/// <summary>Offices whose keys are on a PKCS#11 token, at real nodes.</summary>
internal sealed class TokenTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task A_document_is_issued_and_signed_for_with_keys_that_never_leave_their_token()
    {
        using var token = await SoftToken.PlugInAsync();
        var tokens = new Dictionary<string, string> { [TestSite.Sender] = await token.DrawAsync("government"), ["a"] = await token.DrawAsync("district") };
        await using var site = await TestSite.StartAsync("intl", tokens, ["a", "b"]);

        var sent = await site.General.SendAsync(TestSite.Notice("令牌签名"), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        await site.SignForAllAsync(sent.DocumentId);
        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary is { SignedFor: 2, Volume.Length: > 0 });
        Dictionary<string, string> signers = [];
        await Eventually.TrueAsync(
            async () => (signers = await SignersAsync(site, sent.DocumentId)).Keys.Count(key => key.StartsWith("SignedFor", StringComparison.Ordinal)) == 2,
            () => $"at the sender: {string.Join(", ", signers.Keys)}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(board.Recipients.Select(row => row.State), Is.All.EqualTo("SignedFor"));
            Assert.That(signers["Dispatched"], Is.EqualTo(Bound(site.General, TestSite.Sender)));
            Assert.That(signers["SignedFor test/a"], Is.EqualTo(Bound(site.Nodes[1], "a")));
            Assert.That(KeysOf(site.General, TestSite.Sender), Is.EquivalentTo(new[] { ".pkcs11", ".cer" }));
            Assert.That(KeysOf(site.Nodes[1], "b"), Does.Contain(".p8"), "an office without a token has a key file");
            Assert.That(Said(site), Does.Not.Contain(SoftToken.Pin).And.Not.Contain("PRIVATE KEY"));
            Assert.That(site.Nodes.Select(KeyPassword).Where(Said(site).Contains), Is.Empty, "passwords of keys in a log");
        }

        // Without its token a node does not pretend: it does not start, and says why.
        await site.Nodes[1].KillAsync();
        token.PullOut();
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => site.Nodes[1].StartAsync());
        Assert.That(fault!.Message, Does.Contain("The token was not found").Or.Contain("没有找到密码设备"));
    }

    // What hub and nodes print, and their audit trails.
    private static string Said(TestSite site) =>
        site.Logs() + string.Concat(site.Nodes.Select(node => node.Folder).Append(site.HubFolder).Select(folder => File.ReadAllText(Path.Combine(folder, "audit.log"))));

    private static string KeyPassword(TestNode node) => File.ReadAllText(Path.Combine(node.Folder, "secrets", "key-password")).Trim();

    private static string[] KeysOf(TestNode node, string office) =>
        [.. Directory.GetFiles(Path.Combine(node.Folder, "keys"), $"{office}.document.*").Select(path => Path.GetExtension(path)!).Where(extension => extension != ".csr")];

    private static string Bound(TestNode node, string office) =>
        Certificate.Parse(File.ReadAllBytes(Path.Combine(node.Folder, "keys", $"{office}.document.cer"))).Fingerprint.ToString();

    private static async Task<Dictionary<string, string>> SignersAsync(TestSite site, string document)
    {
        var signers = new Dictionary<string, string>();
        using var call = site.General.Desk.ListStatements(new ShowRequest { DocumentId = document });
        await foreach (var held in call.ResponseStream.ReadAllAsync())
        {
            var cms = DocExchange.Trust.Signatures.CmsSignedData.Parse(held.Statement.Memory, DocExchange.Trust.Signatures.CmsLimits.Default);
            signers[held.Type == "SignedFor" ? $"{held.Type} {held.Issuer}" : held.Type] = cms.Certificates.First(certificate => !certificate.IsAuthority).Fingerprint.ToString();
        }

        return signers;
    }
}
