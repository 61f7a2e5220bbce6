using System.Globalization;
using System.Text.Json;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Faults;

namespace DocExchange.Trust.Validation;

/// <summary>
/// A site's own policy as JSON. What it does not say stays as it is in the policy it is applied to; what is not known is
/// refused, so that a misspelt demand is never silently dropped.
/// </summary>
public sealed class PolicyText
{
    /// <summary>The largest text that is read, in bytes.</summary>
    public const int MaxSize = 1024 * 1024;

    private const int MaxDays = 36500;
    private const int MaxBits = 65536;

    private static readonly JsonSerializerOptions Options = new(FactsText.Options) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    private readonly Document document;

    private PolicyText(Document document)
    {
        this.document = document;
    }

    /// <summary>What the site calls it; empty where it says nothing.</summary>
    public string Name => document.Name ?? "";

    /// <exception cref="FormatException">The text is no policy; the message says where and why.</exception>
    public static PolicyText Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxSize)
        {
            throw new WordedFormatException($"策略有 {json.Length} 字节，超过 {MaxSize} 字节。", $"A policy of {json.Length} bytes is larger than {MaxSize}.");
        }

        try
        {
            var document = JsonSerializer.Deserialize<Document>(json, Options) ?? throw new WordedFormatException("其中没有策略。", "The text holds no policy.");
            foreach (var (name, end) in document.Algorithms ?? [])
            {
                CheckAlgorithm(name, end);
            }

            RequireFull("signaturePolicies", document.SignaturePolicies);
            RequireFull("certificates.sealMakers", document.Certificates?.SealMakers);
            RequireFull("constraints.unsignedAttributes", document.Constraints?.UnsignedAttributes);
            if (document.Certificates?.SealMakers is { Count: 0 })
            {
                throw new WordedFormatException("certificates.sealMakers 中没有证书；不区分制章机构时请去掉此项。", "The policy names no certificate in certificates.sealMakers; leave it out where makers of seals are not told apart.");
            }

            foreach (var accepted in document.SignaturePolicies ?? [])
            {
                _ = accepted.Read();
            }

            CheckRange("maxListAgeDays", document.Revocation?.MaxListAgeDays, MaxDays);
            CheckRange("minRsaBits", document.Certificates?.MinRsaBits, MaxBits);
            CheckRange("signingTimeToleranceMinutes", document.Constraints?.SigningTimeToleranceMinutes, MaxDays * 24 * 60);
            return new PolicyText(document);
        }
        catch (JsonException fault)
        {
            var (chinese, english) = WhyUnreadable(fault);
            throw new WordedFormatException($"第 {fault.LineNumber + 1} 行（{fault.Path ?? "$"}）无法读取：{chinese}", $"The policy cannot be read at {fault.Path ?? "$"}, line {fault.LineNumber + 1}: {english}", fault);
        }
    }

    /// <summary>Everything a policy can say, as <paramref name="policy"/> has it.</summary>
    public static byte[] Write(ValidationPolicy policy, string name) => JsonSerializer.SerializeToUtf8Bytes(
        new Document
        {
            Name = name,
            Algorithms = policy.Algorithms.Ends.ToDictionary(entry => entry.Key, entry => entry.Value?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            Revocation = new Revocation { Required = policy.RevocationRequired, MaxListAgeDays = policy.MaxListAge.TotalDays },
            Certificates = new CertificateDemands { MinRsaBits = policy.MinRsaBits, SealMakers = policy.SealMakers },
            SignaturePolicies = [.. policy.SignaturePolicies.Select(SignaturePolicyText.Of)],
            Constraints = new Constraints
            {
                SignedAttributes = policy.RequiresSignedAttributes,
                SigningTime = policy.RequiresSigningTime,
                SigningTimeToleranceMinutes = policy.SigningTimeTolerance.TotalMinutes,
                SigningCertificateReference = policy.RequiresSigningCertificateReference,
                AlgorithmProtection = policy.RequiresAlgorithmProtection,
                UnsortedAttributes = policy.AllowsUnsortedAttributes,
                UnsignedAttributes = policy.AllowedUnsignedAttributes is { } allowed ? [.. allowed] : null,
            },
        },
        Options);

    public ValidationPolicy ApplyTo(ValidationPolicy policy)
    {
        var algorithms = (document.Algorithms ?? []).Aggregate(policy.Algorithms, (all, entry) => all.With(entry.Key, ParseDay(entry.Value)));
        var constraints = document.Constraints ?? new Constraints();
        return policy with
        {
            Algorithms = algorithms,
            RevocationRequired = document.Revocation?.Required ?? policy.RevocationRequired,
            MaxListAge = document.Revocation?.MaxListAgeDays is { } days ? TimeSpan.FromDays(days) : policy.MaxListAge,
            MinRsaBits = document.Certificates?.MinRsaBits ?? policy.MinRsaBits,
            SealMakers = document.Certificates?.SealMakers ?? policy.SealMakers,
            SignaturePolicies = document.SignaturePolicies is { } accepted ? [.. accepted.Select(each => each.Read())] : policy.SignaturePolicies,
            RequiresSignedAttributes = constraints.SignedAttributes ?? policy.RequiresSignedAttributes,
            RequiresSigningTime = constraints.SigningTime ?? policy.RequiresSigningTime,
            SigningTimeTolerance = constraints.SigningTimeToleranceMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : policy.SigningTimeTolerance,
            RequiresSigningCertificateReference = constraints.SigningCertificateReference ?? policy.RequiresSigningCertificateReference,
            RequiresAlgorithmProtection = constraints.AlgorithmProtection ?? policy.RequiresAlgorithmProtection,
            AllowsUnsortedAttributes = constraints.UnsortedAttributes ?? policy.AllowsUnsortedAttributes,
            AllowedUnsignedAttributes = constraints.UnsignedAttributes is { } allowed ? allowed.ToHashSet() : policy.AllowedUnsignedAttributes,
        };
    }

    /// <summary>Sentences without the library's own, which name types of the program.</summary>
    private static (string Chinese, string English) WhyUnreadable(JsonException fault)
    {
        const string UnknownName = "The JSON property '";
        const string Twice = "Duplicate propert";
        const string MissingNames = "missing required properties including: ";
        if (fault.Path?.Contains("sealMakers", StringComparison.Ordinal) == true && fault.InnerException is { } cause)
        {
            return cause is CertificateFormatException damaged
                ? ($"不是可用的证书：{damaged.Chinese}", $"it is no certificate that can be used: {damaged.English}")
                : ("此处应为证书（DER 的 Base64 编码）。", "a certificate is expected here, the base64 of its DER.");
        }

        if (fault.Message.IndexOf(MissingNames, StringComparison.Ordinal) is var missing and >= 0)
        {
            var names = fault.Message[(missing + MissingNames.Length)..].Split('.')[0];
            return ($"缺少 {names}。", $"{names} is missing.");
        }

        if (fault.Message.StartsWith(Twice, StringComparison.Ordinal))
        {
            return ("此处的名称出现了两次。", "the name stands there twice.");
        }

        return fault.Message.StartsWith(UnknownName, StringComparison.Ordinal) && fault.Message.IndexOf('\'', UnknownName.Length) is var end and > 0
            ? ($"名称“{fault.Message[UnknownName.Length..end]}”未知。", $"the name '{fault.Message[UnknownName.Length..end]}' is not known.")
            : ("名称未知、类型不符，或不符合 JSON 格式。", "a name is missing or not known, a value is of another kind, or it is no JSON.");
    }

    private static void CheckAlgorithm(string name, string? end)
    {
        if (!AlgorithmPolicy.IsName(name))
        {
            throw new WordedFormatException(
                $"算法“{name}”未知；已知的有 {string.Join("、", AlgorithmPolicy.Default.Ends.Keys)} 和 RSA < n。",
                $"The policy names an algorithm '{name}' that is not known; known are {string.Join(", ", AlgorithmPolicy.Default.Ends.Keys)} and RSA < n.");
        }

        if (end is not null && !TryParseDay(end, out _))
        {
            throw new WordedFormatException(
                $"“{name}”的终止日期“{end}”有误，应形如 2029-01-01，或为 null。",
                $"The policy gives '{name}' the end '{end}'; a day such as 2029-01-01 is expected, or null.");
        }
    }

    /// <summary>The types of the elements do not rule out empty places.</summary>
    private static void RequireFull(string name, IReadOnlyList<object?>? list)
    {
        if (list?.Contains(null) == true)
        {
            throw new WordedFormatException($"列表 {name} 中有空项（null），请去掉。", $"The policy has an empty place (null) in its list {name}; leave it out.");
        }
    }

    private static void CheckRange(string name, double? value, double max)
    {
        if (value is { } given && !(given >= 0 && given <= max))
        {
            throw new WordedFormatException($"{name} 的值 {given} 不在 0 至 {max} 之间。", $"The policy sets {name} to {given}; it must be between 0 and {max}.");
        }
    }

    private static DateTimeOffset? ParseDay(string? text) => text is not null && TryParseDay(text, out var day) ? day : null;

    private static bool TryParseDay(string text, out DateTimeOffset day) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out day);

    private sealed record Document
    {
        public string? Name { get; init; }

        /// <summary>Until which day each is trusted; null without end.</summary>
        public Dictionary<string, string?>? Algorithms { get; init; }

        public Revocation? Revocation { get; init; }

        public CertificateDemands? Certificates { get; init; }

        public IReadOnlyList<SignaturePolicyText>? SignaturePolicies { get; init; }

        public Constraints? Constraints { get; init; }
    }

    private sealed record Revocation
    {
        public bool? Required { get; init; }

        public double? MaxListAgeDays { get; init; }
    }

    private sealed record CertificateDemands
    {
        public int? MinRsaBits { get; init; }

        /// <summary>Certificates as base64 of their DER; see <see cref="ValidationPolicy.SealMakers"/>.</summary>
        public IReadOnlyList<Certificate>? SealMakers { get; init; }
    }

    private sealed record Constraints
    {
        public bool? SignedAttributes { get; init; }

        public bool? SigningTime { get; init; }

        public double? SigningTimeToleranceMinutes { get; init; }

        public bool? SigningCertificateReference { get; init; }

        public bool? AlgorithmProtection { get; init; }

        public bool? UnsortedAttributes { get; init; }

        public IReadOnlyList<string>? UnsignedAttributes { get; init; }
    }
}
