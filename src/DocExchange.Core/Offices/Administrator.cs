using DocExchange.Trust.Certificates;

namespace DocExchange.Core.Offices;

/// <summary>The three separated administrators of an exchange (三员).</summary>
public enum AdministratorRole
{
    /// <summary>系统管理员.</summary>
    System,

    /// <summary>安全保密管理员: approves that keys of an office are replaced.</summary>
    Security,

    /// <summary>审计管理员.</summary>
    Audit,
}

/// <summary>
/// A named person with a key of their own. The directory lists them, so that everybody sees who may approve what.
/// </summary>
/// <param name="Id">1 to 40 lower-case letters, digits and hyphens; permanent.</param>
public sealed record Administrator(string Id, string Name, AdministratorRole Role, Certificate Certificate, Period Period);
