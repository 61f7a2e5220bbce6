using System.Text.Json;
using DocExchange.EndToEndTests.Site;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.EndToEndTests;

/// <summary>A running hub stamps its checkpoints, and signatures that are brought to it.</summary>
internal sealed class TimestampTests
{
    [Test]
    public async Task A_hub_stamps_its_checkpoints_across_a_crash_and_the_signature_of_a_stranger()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        var first = await DocexAsync("hub", "stamp", "--hub", site.HubFolder, "--format", "json");
        await site.KillHubAsync();
        await site.StartHubAsync();
        var second = await DocexAsync("hub", "status", "--hub", site.HubFolder);
        var audit = await DocexAsync("hub", "audit", "--data", site.HubFolder, "--format", "json");

        var signature = Path.Combine(site.Folder, "signature.p7m");
        await File.WriteAllBytesAsync(signature, await SignAsync());
        var stamped = await DocexAsync(
            "timestamp", signature, "--hub", site.HubFolder, "--trust", Path.Combine(site.HubFolder, "authority", "trust.pem"), "--out", signature + ".t", "--lang", "en");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.ExitCode, Is.Zero, first.Output);
            Assert.That(Json(first.Output).GetProperty("isOwn").GetBoolean(), Is.True);
            Assert.That(second.Output, Does.Contain("时间戳：20").And.Contain("不构成独立证明"));
            Assert.That(audit.ExitCode, Is.Zero, audit.Output);
            Assert.That(Json(audit.Output).GetProperty("timestamps").GetProperty("passed").GetInt32(), Is.Positive);
            Assert.That(stamped.ExitCode, Is.Zero, stamped.Output);
            Assert.That(CmsSignedData.Parse(await File.ReadAllBytesAsync(signature + ".t"), CmsLimits.Default).Signers[0].UnsignedAttributes!.All, Has.Count.EqualTo(1));
        }

        site.GiveBack();
    }

    private static Task<(int ExitCode, string Output)> DocexAsync(params string[] arguments) => ProductProcess.RunAsync("DocExchange.Cli", arguments);

    private static JsonElement Json(string output) => JsonDocument.Parse(output).RootElement;

    private static async Task<byte[]> SignAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var name = new DistinguishedName("别处的单位", null, null);
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("别处的根", null, null), now.AddDays(-1), now.AddDays(9));
        using var pair = KeyPair.Generate(Suite.Intl);
        using var key = pair.Certified(root.Issue(pair.CreateRequest(name), CertificateProfile.DocumentSigning, name, null, now.AddHours(-1), now.AddDays(1)), []);
        return await CmsSigner.SignAsync("x"u8.ToArray(), key, now, CmsForm.Encapsulated, CancellationToken.None);
    }
}
