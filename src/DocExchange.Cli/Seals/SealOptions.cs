using System.CommandLine;
using System.Security.Cryptography;
using DocExchange.Cli.Pki;
using DocExchange.Cli.Verifying;
using DocExchange.Core.Refusals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Seals;

/// <summary>What every seal that is made here needs.</summary>
internal sealed class SealOptions
{
    private readonly Option<string> maker;
    private readonly Option<string?> passwordFile;
    private readonly Option<string> name;
    private readonly Option<string?> esId;
    private readonly Option<string[]> holders;
    private readonly Option<int> years;
    private readonly Option<string> output;

    public SealOptions(Terminal terminal, Command verb)
    {
        name = new Option<string>("--name") { Required = true, Description = terminal.Say("印章名称（单位全称）", "Name of the seal (full name of the office)") };
        maker = new Option<string>("--maker") { Required = true, Description = terminal.Say("制章密钥（seal-maker.p12，SM2）", "The seal maker's key (seal-maker.p12, SM2)") };
        passwordFile = new Option<string?>("--password-file") { Description = terminal.Say("口令文件", "Password file") };
        holders = new Option<string[]>("--holder") { Required = true, Description = terminal.Say("签章人证书（SM2），可多次给出", "Certificate that may apply it (SM2), may be given several times") };
        esId = new Option<string?>("--id") { Description = terminal.Say("印章编码，默认随机 14 位", "Number of the seal; 14 drawn digits by default") };
        years = new Option<int>("--years") { Description = terminal.Say("有效年限", "Years of validity"), DefaultValueFactory = _ => 5 };
        output = new Option<string>("--out") { Required = true, Description = terminal.Say("印章文件（SESeal，DER）", "The seal file (SESeal, DER)") };
        foreach (var option in new Option[] { name, maker, passwordFile, holders, esId, years, output })
        {
            verb.Add(option);
        }
    }

    public string Name(ParseResult parse) => parse.GetRequiredValue(name);

    /// <summary>Makes it and writes it; what its name has against its holders' certificates is remarked upon.</summary>
    /// <exception cref="RefusedException">Name and credit code are another unit's than a holder's.</exception>
    public async Task<(Seal Seal, IReadOnlyList<Finding> Remarks)> MakeAsync(ParseResult parse, SealPicture picture, DateTimeOffset now, CancellationToken cancellation)
    {
        PkiVerbs.RequireYears(parse.GetValue(years));
        NewFile.Require(parse.GetRequiredValue(output));
        var makerFile = parse.GetRequiredValue(maker);
        var password = Passwords.Read(parse.GetValue(passwordFile), Path.GetDirectoryName(Path.GetFullPath(makerFile)));
        using var key = Pkcs12KeyFile.Read(PkiVerbs.ReadFile(makerFile), password);
        var signers = parse.GetRequiredValue(holders).Select(SealVerbs.ReadCertificate).ToList();
        var definition = new SealDefinition
        {
            EsId = parse.GetValue(esId) ?? RandomNumberGenerator.GetString("0123456789", 14),
            VendorId = "DOCEXCHANGE",
            Name = Name(parse),
            Type = 1,
            Picture = picture,
            Signers = signers,
            CreatedAt = now,
            ValidFrom = now.AddMinutes(-5),
            ValidUntil = Earliest(now.AddYears(parse.GetValue(years)), signers),
        };
        var seal = await SealMaker.MakeAsync(definition, key, cancellation);
        var findings = signers.Select(signer => SealRules.Between(seal, signer)).OfType<Finding>().ToList();
        if (findings.Find(finding => finding.Indication != Indication.TotalPassed) is { } another)
        {
            throw new RefusedException(Refusal.Disagreement, $"未制作：{another.Chinese}", $"Not made. {another.English}");
        }

        await File.WriteAllBytesAsync(parse.GetRequiredValue(output), seal.Der.ToArray(), cancellation);
        return (seal, findings);
    }

    private static DateTimeOffset Earliest(DateTimeOffset end, IEnumerable<Certificate> signers) => signers.Select(signer => signer.NotAfter).Append(end).Min();
}
