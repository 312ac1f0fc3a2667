"""Who of staff, clients and operators looked at or changed a person's data: ids only, chained."""
