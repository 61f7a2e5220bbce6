using System.ComponentModel.DataAnnotations;

namespace DocExchange.Core.Operating;

/// <summary>A setting's form: the pattern, and what it means in words.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FormAttribute(string pattern, string chinese, string english) : RegularExpressionAttribute(pattern)
{
    /// <summary>Follows 应为.</summary>
    public string Chinese { get; } = chinese;

    /// <summary>Follows 'it must be'.</summary>
    public string English { get; } = english;
}
