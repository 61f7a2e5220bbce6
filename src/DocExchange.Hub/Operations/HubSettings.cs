using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Supervision;
using DocExchange.Pages.Monitoring;

namespace DocExchange.Hub.Operations;

/// <summary>hub.json: what the hub is and where it listens. Written by <c>init</c>, edited by the operator, checked at start.</summary>
internal sealed class HubSettings
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        // For people to read and edit.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Required, Form("[a-z0-9][a-z0-9-]{0,31}", "1 至 32 个小写字母、数字或连字符，不以连字符开头，如 beijing", "1 to 32 lower-case letters, digits or hyphens, no hyphen first, such as beijing")]
    public string Exchange { get; set; } = "";

    [Required]
    public string Organization { get; set; } = "";

    /// <summary>The chain of the hub's own statements; one per data folder.</summary>
    [Required]
    public string ChainId { get; set; } = "";

    /// <summary>Origin of the ledger: the exchange and the epoch of this data folder.</summary>
    [Required]
    public string LedgerOrigin { get; set; } = "";

    /// <summary>Server name in the hub's TLS certificate.</summary>
    [Required]
    public string HubName { get; set; } = "";

    /// <summary>host:port the nodes reach the hub at; put into invitations.</summary>
    [Required]
    public string Address { get; set; } = "";

    /// <summary>host:port of the enrolment listener.</summary>
    [Required]
    public string EnrolmentAddress { get; set; } = "";

    /// <summary>Address to listen on: 127.0.0.1, 0.0.0.0 or ::.</summary>
    [Required]
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>Address of the time-stamp authority (RFC 3161) that stamps checkpoints, or <c>own</c>.</summary>
    [Required, Form(@"own|https?://\S+", "own，或 http、https 网址", "'own' or an address of http or https")]
    public string TsaAddress { get; set; } = "own";

    /// <summary>PEM file in the data folder with the certificates and revocation lists of that authority.</summary>
    [Required]
    public string TsaTrust { get; set; } = "tsa-trust.pem";

    /// <summary>The authority's policy to ask for, an object identifier, or <c>any</c>.</summary>
    [Required, Form(@"any|[0-2](\.\d+)+", "any，或对象标识符（OID），如 1.2.3.4", "'any' or an object identifier such as 1.2.3.4")]
    public string TsaPolicy { get; set; } = "any";

    /// <summary>Hours between two stamps of the ledger's checkpoint.</summary>
    [Range(1, 168)]
    public int StampHours { get; set; } = 24;

    /// <summary>Largest package in MiB.</summary>
    [Range(1, 4095)]
    public int MaxPackageMiB { get; set; } = 4095;

    /// <summary>Entries of a package at most, those of its signature and seals included.</summary>
    [Range(6, 200)]
    public int MaxPackageEntries { get; set; } = 200;

    /// <summary>Largest metadata.xml in KiB.</summary>
    [Range(1, 1024)]
    public int MaxMetadataKiB { get; set; } = 1024;

    /// <summary>Endings of the files taken as bodies (正文), without dots.</summary>
    [MaxLength(50)]
    public string[] BodyTypes { get; set; } = BodyKinds.Usual.Split(',');

    /// <summary>Most recipients of one document.</summary>
    [Range(1, 2500)]
    public int MaxRecipients { get; set; } = 2500;

    /// <summary>Statements a node may have rejected within an hour with an entry in the ledger; further ones are refused without.</summary>
    [Range(1, 100_000)]
    public int MaxRejectionsAnHour { get; set; } = 600;

    /// <summary>MiB of the disk that uploads leave free.</summary>
    [Range(16, 1_000_000)]
    public int FreeSpaceReserveMiB { get; set; } = 256;

    /// <summary>MiB free below which the disk counts as nearly full and people are warned.</summary>
    [Range(0, 1_000_000)]
    public int DiskWarningMiB { get; set; } = 2048;

    /// <summary>The same in hundredths of the disk; the greater of both counts.</summary>
    [Range(0, 50)]
    public int DiskWarningPercent { get; set; } = 5;

    /// <summary>IP address and port where metrics and health are read, such as 127.0.0.1:9464, without TLS; <c>none</c>: nowhere.</summary>
    [Required]
    public string MonitoringAddress { get; set; } = MonitoringDoor.None;

    /// <summary>
    /// Seconds of silence after which a node is asked whether it is there, and seconds it has to answer: then its connection
    /// counts as dead.
    /// </summary>
    [Range(1, 600)]
    public int KeepAliveSeconds { get; set; } = 20;

    /// <summary>Calls of one node that are under way at the same time, streams included; further ones are refused as BUSY.</summary>
    [Range(40, 10_000)]
    public int MaxCallsOfNode { get; set; } = 200;

    /// <summary>Packages judged at the same time.</summary>
    [Range(1, 64)]
    public int Judges { get; set; } = 2;

    /// <summary>Cosignatures that make a checkpoint witnessed.</summary>
    [Range(1, WitnessPolicy.MaxWitnesses)]
    public int WitnessQuorum { get; set; } = 2;

    /// <summary>The nodes that are witnesses; none named: every node.</summary>
    [MaxLength(WitnessPolicy.MaxWitnesses)]
    public string[] Witnesses { get; set; } = [];

    [JsonIgnore]
    public WitnessPolicy WitnessPolicy => WitnessPolicy.Of(WitnessQuorum, [.. Witnesses.Select(node => PartyId.Node(Exchange, node))]);

    /// <summary>Months after which an archive volume is closed without being asked; 0 for never.</summary>
    [Range(0, 1200)]
    public int CloseVolumesAfterMonths { get; set; }

    /// <summary>An outside authority certifies all keys; the hub has none of its own. Set by <c>init</c>.</summary>
    public bool ExternalAuthority { get; set; }

    /// <summary>
    /// Whether a package is rejected whose OFD or PDF body carries a signature that proves it was altered. Otherwise it is
    /// accepted, and the nodes show it. What cannot be decided, for want of anchors, never stops a package.
    /// </summary>
    public bool RefuseBrokenBodySignatures { get; set; } = true;

    /// <summary>Whether packages stay in the spool that are archived, final and in a backup.</summary>
    public bool KeepSpool { get; set; }

    /// <summary>The time zone of the site: a difference to UTC, or a name the machine knows.</summary>
    [Required]
    public string TimeZone { get; set; } = "+08:00";

    /// <summary>Offices of whose documents a supervisor may open the contents; of others the figures only.</summary>
    [MaxLength(100)]
    public string[] SupervisedOffices { get; set; } = [];

    [JsonIgnore]
    public BodyKinds Bodies => BodyKinds.Of(BodyTypes);

    [JsonIgnore]
    public MonitoringDoor Monitoring => MonitoringDoor.At(MonitoringAddress);

    [JsonIgnore]
    public TimeZoneInfo Zone => CalendarText.ParseZone(TimeZone);

    [JsonIgnore]
    public int Port => PortOf(Address)!.Value;

    [JsonIgnore]
    public int EnrolmentPort => PortOf(EnrolmentAddress)!.Value;

    /// <exception cref="SettingsException">All that is wrong with the file.</exception>
    public static HubSettings Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FailedException("SETUP", $"“{path}”不存在。请先对该目录执行 docex hub init。", $"'{path}' is missing. Run 'docex hub init' for this folder first.");
        }

        HubSettings settings;
        IReadOnlyList<SettingFault> unknown;
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            unknown = [.. SettingsCheck.Unknown(file.RootElement, typeof(HubSettings))];
            settings = file.Deserialize<HubSettings>(Json) ?? new HubSettings();
        }
        catch (JsonException fault)
        {
            throw new SettingsException(path, [SettingsCheck.Unreadable(fault)], fault);
        }

        settings.Validate(path, unknown);
        return settings;
    }

    /// <param name="known">Faults of the file that were found already.</param>
    /// <exception cref="SettingsException">All that is wrong.</exception>
    public void Validate(string path, IReadOnlyCollection<SettingFault>? known = null)
    {
        var faults = new List<SettingFault>(known ?? []);
        faults.AddRange(SettingsCheck.Of(this, JsonNamingPolicy.CamelCase.ConvertName));
        if (!IPAddress.TryParse(Listen, out _))
        {
            faults.Add(new($"listen 的值“{Listen}”不是 IP 地址。", $"'{Listen}' is not an IP address to listen on."));
        }

        faults.AddRange(new[] { ("address", Address), ("enrolmentAddress", EnrolmentAddress) }.Where(each => each.Item2.Length > 0 && PortOf(each.Item2) is null)
            .Select(each => new SettingFault($"{each.Item1} 的值“{each.Item2}”应为 host:port。", $"{each.Item1} '{each.Item2}' is not host:port.")));
        if (faults.Count == 0 && Port == EnrolmentPort)
        {
            faults.Add(new($"address 与 enrolmentAddress 须用不同端口，现均为 {Port}。", $"Nodes and enrolment need a port each; both have {Port}."));
        }

        // The quorum cannot be reached, or a witness is not the id of a node.
        var uses = faults.Count == 0 ? new[] { ("witnessQuorum, witnesses", FaultOf(() => WitnessPolicy)), ("bodyTypes", FaultOf(() => Bodies)) } : [];
        faults.AddRange(uses.Append(("timeZone", FaultOf(() => Zone))).Append(("monitoringAddress", FaultOf(() => Monitoring)))
            .Where(each => each.Item2 is not null).Select(each => new SettingFault($"{each.Item1} 不可用：{each.Item2}", $"{each.Item1}: {each.Item2}")));
        if (faults.Count > 0)
        {
            throw new SettingsException(path, faults);
        }
    }

    /// <summary>Whole or not at all.</summary>
    public void Write(string path) => HubSetup.WriteSecret(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));

    private static string? FaultOf(Func<object> read)
    {
        try
        {
            _ = read();
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    private static int? PortOf(string address) =>
        address.LastIndexOf(':') is > 0 and var colon && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : null;
}
