using System.Diagnostics;
using DocExchange.Tests.Durability;
using DocExchange.Tests.House;

namespace DocExchange.Tests.Core.Dossiers;

/// <summary>The script in every dossier, where it is given no root certificates; what it finds in dossiers the end-to-end tests say.</summary>
internal sealed class VerifyScriptTests
{
    [TestCase("absent.pem")]
    [TestCase("words.pem")]
    [TestCase("folder")]
    public async Task Checks_nothing_and_says_so_in_one_line_without_a_file_of_certificates(string roots)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Under("words.pem"), "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
        Directory.CreateDirectory(folder.Under("folder"));
        await File.WriteAllTextAsync(folder.Under("verify.sh"), Repository.Read("src/DocExchange.Core/Dossiers/verify.sh"));
        using var process = Process.Start(new ProcessStartInfo("sh", ["verify.sh", roots]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((process.ExitCode, await said), Is.EqualTo((2, "")));
            Assert.That((await wrong).TrimEnd('\n'), Does.StartWith($"verify.sh: {roots}: ").And.Contain("未作任何验证").And.Not.Contain("\n"));
        }
    }
}
