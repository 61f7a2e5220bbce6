using DocExchange.Hub.Operations;

return await HubVerbs.InvokeAsync(HubVerbs.Root(), args);
