using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using DocExchange.Core.Operating;
using DocExchange.Core.Supervision;
using DocExchange.Node.Desk;
using DocExchange.Node.HubLink;
using DocExchange.Node.Monitoring;
using DocExchange.Node.OaApi;
using DocExchange.Pages.Monitoring;
using DocExchange.Trust.Faults;

namespace DocExchange.Node;

/// <summary>settings.json in the data folder and the environment: read once, at the start, and held against the classes they fill.</summary>
internal static class NodeSettings
{
    private const string EnvironmentPrefix = "DOCEX_NODE_";

    private static readonly Dictionary<string, Type> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HubLink"] = typeof(HubLinkOptions),
        ["Desk"] = typeof(DeskOptions),
        ["OaApi"] = typeof(OaOptions),
        ["Monitoring"] = typeof(MonitoringOptions),
    };

    /// <param name="path">The file; there need be none.</param>
    /// <exception cref="SettingsException">All that is wrong with them.</exception>
    public static void Load(ConfigurationManager configuration, string path)
    {
        configuration.Sources.Clear();
        try
        {
            configuration.AddJsonFile(path, optional: true, reloadOnChange: false).AddEnvironmentVariables(EnvironmentPrefix);
        }
        catch (InvalidDataException fault)
        {
            throw new SettingsException(path, [Unreadable(fault)], fault);
        }

        if (FaultsOf(configuration).ToList() is { Count: > 0 } faults)
        {
            throw new SettingsException($"{path}, {EnvironmentPrefix}*", faults);
        }
    }

    /// <summary>One section, for a verb beside the node.</summary>
    /// <exception cref="SettingsException">Something is wrong, in this section or another.</exception>
    public static T Read<T>(string path)
        where T : new()
    {
        using var configuration = new ConfigurationManager();
        Load(configuration, path);
        return configuration.GetSection(Sections.Single(section => section.Value == typeof(T)).Key).Get<T>() ?? new T();
    }

    private static SettingFault Unreadable(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is JsonException json)
            {
                return SettingsCheck.Unreadable(json);
            }
        }

        return new($"文件不可读：{FaultWords.Of(fault)}", fault.Message);
    }

    private static IEnumerable<SettingFault> FaultsOf(IConfiguration configuration) => configuration.GetChildren().SelectMany(section =>
        Sections.TryGetValue(section.Key, out var type) && section.Value is null ? FaultsOf(section, type) : [SettingsCheck.Unknown(section.Key)]);

    // A name that is none does not hide what else is wrong; a value that cannot be read does, for the others of its section.
    private static List<SettingFault> FaultsOf(IConfigurationSection section, Type type)
    {
        var known = SettingsCheck.Editable(type).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        var faults = section.GetChildren().SelectMany(given =>
            !known.TryGetValue(given.Key, out var property) ? [SettingsCheck.Unknown($"{section.Key}:{given.Key}")]
            : IsReadable(given.Value, property) ? Array.Empty<SettingFault>()
            : given.GetChildren().Any() ? [new($"{section.Key}:{given.Key} 应为一个值；多项写在一起，以逗号分隔。", $"{section.Key}:{given.Key} is one value; several are written in one, apart by commas.")]
            : [new($"{section.Key}:{given.Key} 的值“{given.Value}”不可读。", $"{section.Key}:{given.Key} is '{given.Value}', which cannot be read.")]).ToList();
        if (section.GetChildren().Any(given => known.TryGetValue(given.Key, out var property) && !IsReadable(given.Value, property)))
        {
            return faults;
        }

        var settings = section.Get(type) ?? Activator.CreateInstance(type)!;
        faults.AddRange(SettingsCheck.Of(settings, name => $"{section.Key}:{name}"));
        if (UseOf(settings) is { } unusable)
        {
            faults.Add(new($"{section.Key}:{unusable}", $"{section.Key}:{unusable}"));
        }

        return faults;
    }

    private static bool IsReadable(string? value, PropertyInfo property)
    {
        try
        {
            return value is not null && TypeDescriptor.GetConverter(property.PropertyType).ConvertFromString(null, CultureInfo.InvariantCulture, value) is not null;
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    // What is more than a value within limits.
    private static string? UseOf(object settings)
    {
        try
        {
            _ = settings switch
            {
                DeskOptions desk => CalendarText.ParseZone(desk.TimeZone),
                MonitoringOptions monitoring => MonitoringDoor.At(monitoring.Address),
                _ => settings,
            };
            return null;
        }
        catch (FormatException fault)
        {
            return (settings is DeskOptions ? nameof(DeskOptions.TimeZone) : nameof(MonitoringOptions.Address)) + ": " + fault.Message;
        }
    }
}
