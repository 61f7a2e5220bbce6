using DocExchange.Trust.Certificates;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>One judgement of the NIST Public Key Interoperability Test Suite.</summary>
/// <param name="Number">As in the document: 4.10.1 with a letter where a test has several settings.</param>
/// <param name="File">The certificate at the end of the path.</param>
public sealed record PkitsCase(string Number, string File, bool IsValid, PolicyDemands Policies)
{
    public override string ToString() => $"{Number} {File}";
}

/// <summary>
/// The tests of PKITS 1.0.1 sections 4.1 to 4.16. Most are named for their outcome and take the default settings; the
/// policy tests vary them. The data is that of Debian's python3-cryptography-vectors, which tools/test.sh unpacks.
/// </summary>
internal static class Pkits
{
    private const string TestPolicies = "2.16.840.1.101.3.2.1.48.";

    private static readonly (string Section, int Tests, string[] Subjects)[] Sections =
    [
        ("4.1", 6, ["CertificatePath", "CASignature", "EESignature", "DSASignatures", "DSAParameterInheritance", "DSASignature"]),
        ("4.2", 8, ["CAnotBeforeDate", "EEnotBeforeDate", "pre2000UTCnotBeforeDate", "GeneralizedTimenotBeforeDate", "CAnotAfterDate", "EEnotAfterDate", "pre2000UTCEEnotAfterDate", "GeneralizedTimenotAfterDate"]),
        ("4.3", 11, ["NameChaining", "NameChainingOrder", "NameChainingWhitespace", "NameChainingCapitalization", "NameUIDs", "RFC3280MandatoryAttributeTypes", "RFC3280OptionalAttributeTypes", "UTF8StringEncodedNames", "RolloverfromPrintableStringtoUTF8String", "UTF8StringCaseInsensitiveMatch"]),
        ("4.4", 21, ["MissingCRL", "RevokedCA", "RevokedEE", "BadCRLSignature", "BadCRLIssuerName", "WrongCRL", "TwoCRLs", "UnknownCRLEntryExtension", "UnknownCRLExtension", "OldCRLnextUpdate", "pre2000CRLnextUpdate", "GeneralizedTimeCRLnextUpdate", "NegativeSerialNumber", "LongSerialNumber", "SeparateCertificateandCRLKeys"]),
        ("4.5", 8, ["BasicSelfIssuedOldWithNew", "BasicSelfIssuedNewWithOld", "BasicSelfIssuedCRLSigningKey"]),
        ("4.6", 17, ["MissingbasicConstraints", "cAFalse", "basicConstraintsNotCritical", "pathLenConstraint", "SelfIssuedpathLenConstraint"]),
        ("4.7", 5, ["keyUsageCriticalkeyCertSignFalse", "keyUsageNotCriticalkeyCertSignFalse", "keyUsageNotCritical", "keyUsageCriticalcRLSignFalse", "keyUsageNotCriticalcRLSignFalse"]),
        ("4.8", 20, ["AllCertificatesNoPolicies", "DifferentPolicies", "OverlappingPolicies", "AllCertificatesSamePolicies", "AllCertificatesanyPolicy", "AnyPolicy", "UserNoticeQualifier", "CPSPointerQualifier"]),
        ("4.9", 8, ["requireExplicitPolicy", "SelfIssuedrequireExplicitPolicy"]),
        ("4.10", 14, ["PolicyMapping", "MappingFromanyPolicy", "MappingToanyPolicy"]),
        ("4.11", 11, ["inhibitPolicyMapping", "SelfIssuedinhibitPolicyMapping"]),
        ("4.12", 10, ["inhibitAnyPolicy", "SelfIssuedinhibitAnyPolicy"]),
        ("4.13", 38, ["DNnameConstraints", "RFC822nameConstraints", "DNandRFC822nameConstraints", "DNSnameConstraints", "URInameConstraints"]),
        ("4.14", 35, ["distributionPoint", "NoissuingDistributionPoint", "onlyContainsUserCerts", "onlyContainsCACerts", "onlyContainsAttributeCerts", "onlySomeReasons", "IDPwithindirectCRL", "cRLIssuer"]),
        ("4.15", 10, ["deltaCRLIndicatorNoBase", "deltaCRL"]),
        ("4.16", 2, ["UnknownNotCriticalCertificateExtension", "UnknownCriticalCertificateExtension"]),
    ];

    /// <summary>What the document says of the tests that are not named for their outcome or vary the initial settings.</summary>
    private static readonly Dictionary<string, (bool IsValid, PolicyDemands Policies)[]> Settings = new()
    {
        ["4.8.1"] = [(true, Explicit()), (true, Explicit(1)), (false, Explicit(2)), (true, Explicit(1, 2))],
        ["4.8.2"] = [(true, Any), (false, Explicit())],
        ["4.8.3"] = [(true, Any), (false, Explicit()), (false, Explicit(1, 2))],
        ["4.8.4"] = [(false, Any)],
        ["4.8.5"] = [(false, Any)],
        ["4.8.6"] = [(true, Any), (true, Only(1)), (false, Only(2))],
        ["4.8.7"] = [(false, Any)],
        ["4.8.8"] = [(false, Any)],
        ["4.8.9"] = [(false, Any)],
        ["4.8.10"] = [(true, Any), (true, Only(1)), (true, Only(2))],
        ["4.8.11"] = [(true, Any), (true, Only(1))],
        ["4.8.12"] = [(false, Any)],
        ["4.8.13"] = [(true, Only(1)), (true, Only(2)), (true, Only(3))],
        ["4.8.14"] = [(true, Only(1)), (false, Only(2))],
        ["4.8.15"] = [(true, Any)],
        ["4.8.16"] = [(true, Any)],
        ["4.8.17"] = [(true, Any)],
        ["4.8.18"] = [(true, Only(1)), (true, Only(2))],
        ["4.8.19"] = [(true, Any)],
        ["4.8.20"] = [(true, Any)],
        ["4.10.1"] = [(true, Only(1)), (false, Only(2)), (false, Any with { InhibitMapping = true })],
        ["4.10.2"] = [(false, Any), (false, Any with { InhibitMapping = true })],
        ["4.10.3"] = [(false, Only(1)), (true, Only(2))],
        ["4.10.5"] = [(true, Only(1)), (false, Only(6))],
        ["4.10.6"] = [(true, Only(1)), (false, Only(6))],
        ["4.10.12"] = [(true, Only(1)), (true, Only(2))],
        ["4.12.3"] = [(true, Any), (false, Any with { InhibitAny = true })],
    };

    private static PolicyDemands Any => PolicyDemands.None;

    public static IEnumerable<PkitsCase> Cases(string certificates)
    {
        foreach (var (section, tests, subjects) in Sections)
        {
            for (var test = 1; test <= tests; test++)
            {
                var number = $"{section}.{test}";
                var file = FileOf(certificates, number, test, subjects);
                var settings = Settings.GetValueOrDefault(number, [(file.StartsWith("Valid", StringComparison.Ordinal), Any)]);
                for (var i = 0; i < settings.Length; i++)
                {
                    yield return new PkitsCase(settings.Length == 1 ? number : number + (char)('a' + i), file, settings[i].IsValid, settings[i].Policies);
                }
            }
        }
    }

    private static string FileOf(string certificates, string number, int test, string[] subjects)
    {
        // The document reuses one path for 4.1.1 and 4.8.1.
        var fitting = (number == "4.8.1" ? ["CertificatePath"] : subjects)
            .SelectMany(subject => new[] { "Valid", "Invalid", "" }.Select(outcome => $"{outcome}{subject}Test{test}EE.crt"))
            .Where(name => File.Exists(Path.Combine(certificates, name))).ToList();
        return fitting is [var only] ? only : throw new InvalidOperationException($"PKITS {number} has {fitting.Count} files.");
    }

    private static PolicyDemands Only(params int[] policies) => Any with { Acceptable = policies.Select(policy => TestPolicies + policy).ToHashSet() };

    private static PolicyDemands Explicit(params int[] policies) => Only(policies) with { RequireExplicit = true };
}
