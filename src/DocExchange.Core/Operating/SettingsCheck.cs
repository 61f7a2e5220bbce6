using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DocExchange.Core.Operating;

/// <summary>What is wrong with a setting, for who edits it.</summary>
public sealed record SettingFault(string Chinese, string English);

/// <summary>Some settings are wrong; says all that is.</summary>
public sealed class SettingsException(string path, IReadOnlyCollection<SettingFault> faults, Exception? cause = null) : FailedException(
    Name,
    $"“{path}”：{string.Concat(faults.Select(fault => fault.Chinese))}",
    $"'{path}': {string.Join(' ', faults.Select(fault => fault.English))}",
    cause)
{
    private const string Name = "SETTINGS";

    /// <summary>All that is wrong, without the file.</summary>
    public IReadOnlyCollection<SettingFault> Faults => faults;
}

/// <summary>
/// Holds settings against what their class says of itself (<see cref="RangeAttribute"/> and its kind), and a file's names
/// against the class's: a name that is misspelt is a fault, never a default that nobody asked for.
/// </summary>
public static class SettingsCheck
{
    private const int MostShown = 100;

    /// <param name="nameOf">How a setting is called where people write it.</param>
    public static IEnumerable<SettingFault> Of(object settings, Func<string, string> nameOf)
    {
        foreach (var property in Editable(settings.GetType()))
        {
            var (name, value) = (nameOf(property.Name), property.GetValue(settings));
            if (value is IEnumerable<string?> items && items.Contains(null))
            {
                yield return new($"{name} 中有一项为 null。", $"An item of {name} is null.");
            }

            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            {
                yield return Say(rule, name, Shown(value));
            }
        }
    }

    /// <summary>The names in a JSON file that are no settings of that class. Case does not matter.</summary>
    public static IEnumerable<SettingFault> Unknown(JsonElement file, Type settings)
    {
        var known = Editable(settings).Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return file.ValueKind != JsonValueKind.Object ? [] : file.EnumerateObject().Where(member => !known.Contains(member.Name)).Select(member => Unknown(member.Name));
    }

    public static SettingFault Unknown(string name) => new($"没有名为“{Shown(name)}”的设置。", $"There is no setting '{Shown(name)}'.");

    /// <summary>JSON that cannot be read, or a value of the wrong kind; says where.</summary>
    public static SettingFault Unreadable(JsonException fault) => new(
        fault.Path is { Length: > 1 } where ? $"第 {fault.LineNumber + 1} 行“{where.TrimStart('$', '.')}”的值不可读。" : $"第 {fault.LineNumber + 1} 行不是有效的 JSON。",
        fault.Path is { Length: > 1 } at ? $"Line {fault.LineNumber + 1}: the value of '{at.TrimStart('$', '.')}' cannot be read." : $"Line {fault.LineNumber + 1} is not valid JSON.");

    /// <summary>The settings of a class that a file may give.</summary>
    public static IEnumerable<PropertyInfo> Editable(Type settings) => settings.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true } && property.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    private static SettingFault Say(ValidationAttribute rule, string name, string value) => rule switch
    {
        RequiredAttribute => new($"缺少 {name}。", $"{name} is missing."),
        RangeAttribute range => new(
            $"{name} 应为 {Bound(range.Minimum)} 至 {Bound(range.Maximum)}，现为“{value}”。",
            $"{name} is '{value}', and {Bound(range.Minimum)} to {Bound(range.Maximum)} are allowed."),
        MaxLengthAttribute most => new($"{name} 至多 {most.Length} 项。", $"{name} has more than {most.Length} items."),
        FormAttribute form => new($"{name} 的值“{value}”不可用，应为 {form.Chinese}。", $"{name} is '{value}', and must be {form.English}."),
        _ => new($"{name} 的值“{value}”不可用。", rule.FormatErrorMessage(name)),
    };

    // A span of time as the class gives it, without the zeros that a TimeSpan ends with.
    private static string Bound(object bound) => bound is TimeSpan span
        ? span.ToString(span.Milliseconds == 0 ? @"hh\:mm\:ss" : @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture)
        : Convert.ToString(bound, CultureInfo.InvariantCulture)!;

    private static string Shown(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { } text ? text.Length > MostShown ? text[..MostShown] + "…" : text : "";
}
