using System.ComponentModel.DataAnnotations;
using DocExchange.Trust.Validation;

namespace DocExchange.Durability;

/// <summary>
/// policy.json in the data folder of a hub or node: what the site demands of signatures beyond, or short of, what is built
/// in. Read at the start; in force for all that is judged from then on.
/// </summary>
public sealed class SitePolicy
{
    public const string FileName = "policy.json";

    public static readonly SitePolicy BuiltIn = new(null);

    private SitePolicy(PolicyText? text)
    {
        Name = text is null ? null : text.Name.Length > 0 ? text.Name : FileName;
        Own = text?.ApplyTo(ValidationPolicy.Strict) ?? ValidationPolicy.Strict;
    }

    /// <summary>What the site calls it; null for the one that is built in.</summary>
    public string? Name { get; }

    /// <summary>For what the exchange itself writes: statements, packages, seals.</summary>
    public ValidationPolicy Own { get; }

    /// <returns>The site's policy, or the one that is built in where there is no file.</returns>
    /// <exception cref="ValidationException">The file is no policy; says where and why.</exception>
    public static SitePolicy Read(string path)
    {
        if (!File.Exists(path))
        {
            return BuiltIn;
        }

        if (new FileInfo(path).Length > PolicyText.MaxSize)
        {
            throw new ValidationException($"'{path}' is larger than the {PolicyText.MaxSize} bytes of a policy.");
        }

        try
        {
            return new SitePolicy(PolicyText.Parse(File.ReadAllBytes(path)));
        }
        catch (FormatException fault)
        {
            throw new ValidationException($"'{path}': {fault.Message} Mend it, or remove it to go by the policy that is built in.", fault);
        }
    }
}
